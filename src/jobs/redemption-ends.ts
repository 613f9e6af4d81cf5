import type pg from "pg";
import { inProgram } from "../db/transaction.ts";
import type { Engine } from "../engine/commands.ts";
import type { ExpireRedemption } from "../rewards/commands.ts";
import { RedemptionNotDue } from "../rewards/redemption-not-due.ts";
import { type DueRedemption, pageOfDueRedemptions } from "../rewards/store.ts";
import type { Job } from "./job.ts";
import { addSubmitted, NOTHING_SUBMITTED, submitAll, throwFailure } from "./submit-all.ts";

const PAGE_SIZE = 256;

/** Gives the points of redemptions back that nobody fulfilled in time. */
export function redemptionEndsJob({ pool, engine }: { pool: pg.Pool; engine: Engine }): Job {
  return {
    name: "redemption-ends",
    async run({ program, now, signal }) {
      let submitted = NOTHING_SUBMITTED;
      let first: DueRedemption | undefined;
      let after: DueRedemption | undefined;
      while (!signal.aborted) {
        const page = await inProgram(pool, program.programId, (tx) =>
          pageOfDueRedemptions(tx, program.programId, { now, after, limit: PAGE_SIZE }),
        );
        if (page.length === 0) break;
        first ??= page[0];
        const commands = page.map(
          ({ member_id: memberId, redemption_id: redemptionId }): ExpireRedemption => ({
            kind: "expire_redemption",
            memberId,
            redemptionId,
          }),
        );
        submitted = addSubmitted(submitted, await submitAll(engine, program, commands, (error) => error instanceof RedemptionNotDue));
        after = page.at(-1);
      }
      throwFailure(submitted);
      return { done: submitted.done, lagSeconds: first === undefined ? 0 : (now.getTime() - first.expires_at.getTime()) / 1000 };
    },
  };
}
