import { anniversaryIn, calendarDay } from "../core/calendar-day.ts";
import { addToDay, calendarRange, END_OF, type EpochDay, type Period, parsePeriod } from "../core/period.ts";

/** A tier is reviewed as a local day begins, by the sums as of the day before: so what a review finds does not depend on when it runs. */
export type ReviewedTier = {
  /** When the tier was reached. */
  since: EpochDay;
  /** When the member joined. */
  enrolled: EpochDay;
  /** The review must lie after this day: that of the last review, or else the one on which the tier was reached. */
  after: EpochDay;
  /** The last day whose activity has been looked at; a period with `/EOM`, `/EOQ` or `/EOY` counts from it. */
  seen: EpochDay;
};

const DAYS_AT_MOST = { days: 1, months: 31, years: 366 } as const;

/** The first `since` + n periods after a day: counted from `since` each time, so that 29 February comes back in leap years. */
function nextMultiple({ since, after }: ReviewedTier, { unit, count }: Period): EpochDay {
  let n = Math.max(1, Math.floor((after - since) / (count * DAYS_AT_MOST[unit])));
  while (addToDay(since, { unit, count: n * count }) <= after) n += 1;
  return addToDay(since, { unit, count: n * count });
}

function nextAnniversary({ enrolled, after }: ReviewedTier): EpochDay {
  const joined = calendarDay(enrolled);
  const { year } = calendarDay(after);
  const thisYear = anniversaryIn(year, joined);
  return thisYear > after ? thisYear : anniversaryIn(year + 1, joined);
}

/** The day as which begins a tier is reviewed next; null for `rolling`, which is each day. */
export function nextReviewDay(review: string, tier: ReviewedTier): EpochDay | null {
  if (review === "rolling") return null;
  if (review === "anniversary") return nextAnniversary(tier);
  if (review === "month" || review === "quarter" || review === "year") return calendarRange(tier.after, review).to;
  const [text = "", end] = review.split("/");
  const period = parsePeriod(text);
  if (end === undefined) return nextMultiple(tier, period);
  const last = addToDay(tier.seen, period);
  return calendarRange(last, END_OF[end as keyof typeof END_OF]).to;
}
