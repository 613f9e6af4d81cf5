import { inProgram } from "../../db/transaction.ts";
import type { CompiledProgram } from "../../programs/compiled.ts";
import { pageOfUnscheduled } from "../../tiers/due-reviews-store.ts";
import type { JobContext } from "../job.ts";
import { addSubmitted, NOTHING_SUBMITTED, type Submitted } from "../submit-all.ts";
import { PAGE_SIZE, type ReviewDeps, reviewPage } from "./review-page.ts";

/**
 * Gives members a next review whose tier has got a retention, or one of another kind, since they came into it. Looks at all members
 * once for each version in each process, since only a version can change that.
 */
export class ReviewScheduler {
  readonly #done = new Map<number, number>();

  async run(deps: ReviewDeps, { program, now, signal }: JobContext, { version, definition }: CompiledProgram): Promise<Submitted> {
    const { programId } = program;
    if (this.#done.get(programId) === version) return NOTHING_SUBMITTED;
    const tiers = {
      reviewed: definition.tiers.filter(({ retention }) => retention !== undefined).map(({ id }) => id),
      daily: definition.tiers.filter(({ retention }) => retention?.review === "rolling").map(({ id }) => id),
    };
    let submitted = NOTHING_SUBMITTED;
    let after = 0;
    while (!signal.aborted) {
      const page = await inProgram(deps.pool, programId, (tx) => pageOfUnscheduled(tx, programId, { ...tiers, after, limit: PAGE_SIZE }));
      if (page.length === 0) {
        if (submitted.failed === 0) this.#done.set(programId, version);
        break;
      }
      const reviews = page.map(({ memberId }) => ({ memberId, dueAt: now }));
      submitted = addSubmitted(submitted, await reviewPage(deps, program, reviews, "schedule"));
      after = page.at(-1)?.memberKey ?? after;
    }
    return submitted;
  }
}
