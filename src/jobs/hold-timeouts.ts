import type pg from "pg";
import { inProgram } from "../db/transaction.ts";
import type { Engine } from "../engine/commands.ts";
import { type DueHold, pageOfDueHolds } from "../holds/store.ts";
import { NothingDue } from "../ledger/nothing-due.ts";
import type { Job } from "./job.ts";
import { addSubmitted, NOTHING_SUBMITTED, submitAll, throwFailure } from "./submit-all.ts";

/** Members of one page: enough to fill two batches, few beside the queue that requests share. */
const PAGE_SIZE = 256;

/** Books the end of holds whose time is over. Balances and spending see it already: this writes it down and announces it. */
export function holdTimeoutsJob({ pool, engine }: { pool: pg.Pool; engine: Engine }): Job {
  return {
    name: "hold-timeouts",
    async run({ program, now, signal }) {
      let submitted = NOTHING_SUBMITTED;
      let lagSeconds = 0;
      let after: DueHold | undefined;
      while (!signal.aborted) {
        const page = await inProgram(pool, program.programId, (tx) =>
          pageOfDueHolds(tx, program.programId, { now, after, limit: PAGE_SIZE }),
        );
        const [first] = page;
        if (first === undefined) break;
        if (after === undefined) lagSeconds = (now.getTime() - first.expiresAt.getTime()) / 1000;
        const members = [...new Set(page.map(({ memberId }) => memberId))];
        const commands = members.map((memberId) => ({ kind: "settle_member", memberId }) as const);
        submitted = addSubmitted(submitted, await submitAll(engine, program, commands, (error) => error instanceof NothingDue));
        after = page.at(-1);
      }
      throwFailure(submitted);
      return { done: submitted.done, lagSeconds };
    },
  };
}
