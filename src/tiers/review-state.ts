import type { Instant } from "../ledger/state.ts";
import type { CriterionProgress } from "./progress.ts";

/**
 * The next review of a member: a row of `tier_reviews`. `NEVER` is on each local day. `grace`: what keeps the tier is
 * missing, and `dueAt` is when the grace ends; `granted`: the tier was given until `dueAt`.
 */
export type TierReview = { dueAt: Instant; state: "kept" | "grace" | "granted" };

/**
 * - `kept`: what keeps the tier is there, or nothing has to be;
 * - `grace`: it is missing, and there is time until `until`;
 * - `downgraded`, `upgraded`: the member moved to `to`;
 * - `spared`: it is missing, but the tier is not taken away for it.
 */
export type ReviewOutcome = "kept" | "grace" | "downgraded" | "upgraded" | "spared";

/** Why a review decided what it did; kept for good. Instants as RFC 3339. */
export type ReviewExplanation = {
  /** The last local day that counted, `YYYY-MM-DD`. */
  asOf: string;
  requires: "any" | "all";
  /** Empty where nothing has to be there. */
  criteria: CriterionProgress[];
  /** End of the grace. */
  until?: string;
  /** Null: on each local day, or never. */
  nextReviewAt: string | null;
};

/** A row of `tier_review_results`. */
export type ReviewResult = {
  version: number;
  dueAt: Instant;
  ruleSet: number;
  tier: string;
  outcome: ReviewOutcome;
  to: string;
  explanation: ReviewExplanation;
};
