import type pg from "pg";
import { type EndingCoupon, pageOfDueCoupons } from "../coupons/ends-store.ts";
import { inProgram } from "../db/transaction.ts";
import type { Engine } from "../engine/commands.ts";
import { NothingDue } from "../ledger/nothing-due.ts";
import type { Job } from "./job.ts";
import { addSubmitted, NOTHING_SUBMITTED, submitAll, throwFailure } from "./submit-all.ts";

/** Coupons of one page: enough to fill two batches, few beside the queue that requests share. */
const PAGE_SIZE = 256;

/** Announces coupons that ended without having been used. Carts and reads see the end by themselves: this tells of it, once. */
export function couponEndsJob({ pool, engine }: { pool: pg.Pool; engine: Engine }): Job {
  return {
    name: "coupon-ends",
    async run({ program, now, signal }) {
      let submitted = NOTHING_SUBMITTED;
      let first: EndingCoupon | undefined;
      let after: EndingCoupon | undefined;
      while (!signal.aborted) {
        const page = await inProgram(pool, program.programId, (tx) =>
          pageOfDueCoupons(tx, program.programId, { now, after, limit: PAGE_SIZE }),
        );
        if (page.length === 0) break;
        first ??= page[0];
        const commands = page.map(({ memberId, code }) => ({ kind: "expire_coupon", memberId, code }) as const);
        submitted = addSubmitted(submitted, await submitAll(engine, program, commands, (error) => error instanceof NothingDue));
        after = page.at(-1);
      }
      throwFailure(submitted);
      return { done: submitted.done, lagSeconds: first === undefined ? 0 : (now.getTime() - first.validUntil.getTime()) / 1000 };
    },
  };
}
