import type { Difference } from "./difference.ts";

/** How many differences of one check in one step are shown; all are counted. */
export const SHOWN_PER_STEP = 1_000;

/** Takes differences as they are found. */
export type Report = {
  show(difference: Difference): void;
  /** Adds differences that are counted and not shown. */
  count(more: number): void;
};

/** Shows a difference where the two texts are not the same. */
export function compare(report: Report, difference: Difference): void {
  if (difference.expected !== difference.actual) report.show(difference);
}
