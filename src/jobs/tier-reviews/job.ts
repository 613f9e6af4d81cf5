import type { Instant } from "../../ledger/state.ts";
import type { Job } from "../job.ts";
import { addSubmitted, throwFailure } from "../submit-all.ts";
import { makeDailyReviews } from "./daily.ts";
import { makeDueReviews } from "./due.ts";
import type { ReviewDeps } from "./review-page.ts";
import { ReviewScheduler } from "./schedule.ts";

/** Reviews tiers that are due: first those of each local day, then those with a date of their own. */
export function tierReviewsJob(deps: ReviewDeps): Job {
  const scheduler = new ReviewScheduler();
  return {
    name: "tier-reviews",
    async run(context) {
      const compiled = await deps.registry.current(context.program.programId);
      const scheduled = await scheduler.run(deps, context, compiled);
      const daily = await makeDailyReviews(deps, context, compiled);
      const due = await makeDueReviews(deps, context);
      const submitted = addSubmitted(daily, due);
      throwFailure(addSubmitted(scheduled, submitted));
      return { done: submitted.done, lagSeconds: lagOf(due.firstDueAt, context.now) };
    },
  };
}

const lagOf = (dueAt: Instant | undefined, now: Date): number => (dueAt === undefined ? 0 : (now.getTime() - dueAt) / 1000);
