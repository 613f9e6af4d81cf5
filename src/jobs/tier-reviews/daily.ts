import type pg from "pg";
import { dayStart, type EpochDay, localDay } from "../../core/period.ts";
import { inProgram } from "../../db/transaction.ts";
import type { CompiledProgram } from "../../programs/compiled.ts";
import type { ProgramDefinition } from "../../programs/definition.ts";
import type { TierDefinition } from "../../programs/tier-definition.ts";
import { pageOfDailyReviews, reviewedOn, setReviewedOn } from "../../tiers/due-reviews-store.ts";
import { retentionOf } from "../../tiers/qualification.ts";
import type { JobContext } from "../job.ts";
import { addSubmitted, NOTHING_SUBMITTED, type Submitted } from "../submit-all.ts";
import { PAGE_SIZE, type ReviewDeps, reviewPage } from "./review-page.ts";

/** Days that were missed are made up for one by one; after a longer time the job begins with this many. */
const DAYS_AT_MOST = 400;

/** Reviews the tiers that are looked at on each local day: each day that has begun since the last run, one after the other. */
export async function makeDailyReviews(deps: ReviewDeps, context: JobContext, { definition }: CompiledProgram): Promise<Submitted> {
  const { programId } = context.program;
  const today = localDay(context.now, definition.timeZone);
  const daily = await inProgram(deps.pool, programId, (tx) => daysToReview(tx, programId, definition, today));
  let submitted = NOTHING_SUBMITTED;
  for (let day = Math.min(today, ...daily.map(({ first }) => first)); day <= today; day += 1) {
    // Lower tiers first: whoever comes down on a day is not looked at again on it.
    for (const { tier, first } of daily) {
      if (day < first || context.signal.aborted) continue;
      submitted = addSubmitted(submitted, await reviewDay(deps, context, { tier, day, timeZone: definition.timeZone }));
    }
  }
  return submitted;
}

/** The tiers that are looked at each day, lowest first, each with the first day that is still to be reviewed. */
async function daysToReview(tx: pg.ClientBase, programId: number, { tiers }: ProgramDefinition, today: EpochDay) {
  const daily: { tier: TierDefinition; first: EpochDay }[] = [];
  for (const tier of tiers) {
    if (tier.retention?.review !== "rolling" || tier.retention.downgrade === "none") continue;
    const last = await reviewedOn(tx, programId, tier.id);
    daily.push({ tier, first: last === undefined ? today : Math.max(last + 1, today - DAYS_AT_MOST + 1) });
  }
  return daily;
}

type TierDay = { tier: TierDefinition; day: EpochDay; timeZone: string };

/** The reviews that are due as `day` begins, by the sums as of the day before. */
async function reviewDay(deps: ReviewDeps, { program, signal }: JobContext, { tier, day, timeZone }: TierDay): Promise<Submitted> {
  const { programId } = program;
  const dueAt = dayStart(day, timeZone);
  const asked = { tier: tier.id, demand: retentionOf(tier), day: day - 1, dueAt, limit: PAGE_SIZE };
  let submitted = NOTHING_SUBMITTED;
  let after = 0;
  while (!signal.aborted) {
    const page = await inProgram(deps.pool, programId, (tx) => pageOfDailyReviews(tx, programId, { ...asked, after }));
    if (page.length > 0) {
      const reviews = page.map(({ memberId }) => ({ memberId, dueAt }));
      submitted = addSubmitted(submitted, await reviewPage(deps, program, reviews, "daily"));
    }
    after = page.at(-1)?.memberKey ?? after;
    if (page.length < PAGE_SIZE) {
      // A day is done when all of its commands are: one that failed is tried again.
      if (submitted.failed === 0) await inProgram(deps.pool, programId, (tx) => setReviewedOn(tx, programId, tier.id, day));
      break;
    }
  }
  return submitted;
}
