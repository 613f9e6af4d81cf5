import type pg from "pg";
import { inProgram } from "../db/transaction.ts";
import type { Engine } from "../engine/commands.ts";
import { type DueLot, type LotChange, pageOfDueLots } from "../ledger/due-lots-store.ts";
import { NothingDue } from "../ledger/nothing-due.ts";
import type { Job, JobContext } from "./job.ts";
import { addSubmitted, NOTHING_SUBMITTED, type Submitted, submitAll, throwFailure } from "./submit-all.ts";

type Deps = { pool: pg.Pool; engine: Engine };
type Swept = Submitted & { firstDueAt: number };

/** Lots of one page: enough to fill two batches, few beside the queue that requests share. */
const PAGE_SIZE = 256;

/**
 * Books the points that have become available or expired. Nobody waits for it: balances and spends look at the clock. A page
 * that is done is not found again, so a run that was stopped is taken up by the next one.
 */
export function duePointsJob(deps: Deps): Job {
  return {
    name: "due-points",
    async run(context) {
      const activated = await sweep(deps, context, "activation");
      const expired = await sweep(deps, context, "expiry");
      const submitted = addSubmitted(activated, expired);
      throwFailure(submitted);
      const firstDueAt = Math.min(activated.firstDueAt, expired.firstDueAt, context.now.getTime());
      return { done: submitted.done, lagSeconds: (context.now.getTime() - firstDueAt) / 1000 };
    },
  };
}

/** Pages only move forward, so a member whose command fails does not hold up the others. */
async function sweep({ pool, engine }: Deps, { program, now, signal }: JobContext, change: LotChange): Promise<Swept> {
  let submitted = NOTHING_SUBMITTED;
  let firstDueAt = Number.POSITIVE_INFINITY;
  let after: DueLot | undefined;
  while (!signal.aborted) {
    const asked = { change, now, after, limit: PAGE_SIZE };
    const { members, last, isFull } = await inProgram(pool, program.programId, (tx) => pageOfDueLots(tx, program.programId, asked));
    firstDueAt = Math.min(firstDueAt, members[0]?.dueAt.getTime() ?? firstDueAt);
    const commands = members.map(({ memberId }) => ({ kind: "settle_member", memberId }) as const);
    submitted = addSubmitted(submitted, await submitAll(engine, program, commands, (error) => error instanceof NothingDue));
    if (!isFull) break;
    after = last;
  }
  return { ...submitted, firstDueAt };
}
