import { inProgram } from "../../db/transaction.ts";
import type { Instant } from "../../ledger/state.ts";
import { type DueReview, pageOfDueReviews } from "../../tiers/due-reviews-store.ts";
import type { JobContext } from "../job.ts";
import { addSubmitted, NOTHING_SUBMITTED, type Submitted } from "../submit-all.ts";
import { PAGE_SIZE, type ReviewDeps, reviewPage } from "./review-page.ts";

/**
 * Makes the reviews whose date has come, oldest first. A member's next review is later than the one just made, so pages that only
 * move forward come to several overdue ones of a member in their order, and one that fails does not hold up the others.
 */
export async function makeDueReviews(
  deps: ReviewDeps,
  { program, now, signal }: JobContext,
): Promise<Submitted & { firstDueAt: Instant | undefined }> {
  let submitted = NOTHING_SUBMITTED;
  let firstDueAt: Instant | undefined;
  let after: DueReview | undefined;
  while (!signal.aborted) {
    const page = await inProgram(deps.pool, program.programId, (tx) =>
      pageOfDueReviews(tx, program.programId, { now: now.getTime(), after, limit: PAGE_SIZE }),
    );
    if (page.length === 0) break;
    firstDueAt ??= page[0]?.dueAt.getTime();
    submitted = addSubmitted(submitted, await reviewPage(deps, program, page, "due"));
    after = page.at(-1);
  }
  return { ...submitted, firstDueAt };
}
