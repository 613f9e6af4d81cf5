import type pg from "pg";
import { dayToDate, type EpochDay, periodRange } from "../core/period.ts";
import type { WindowKey } from "./qualification.ts";
import type { ReviewExplanation, ReviewOutcome, TierReview } from "./review-state.ts";

/** The sums of tier windows as of a local day, by window key, from the member's activity. */
export async function sumWindows(
  tx: pg.ClientBase,
  programId: number,
  memberKey: number,
  { windows, day }: { windows: readonly WindowKey[]; day: EpochDay },
): Promise<Map<string, number>> {
  const ranges = windows.map(({ window }) => periodRange(day, window));
  const { rows } = await tx.query<{ key: string; amount: number }>({
    name: "sum_tier_windows",
    text: `select w.key, coalesce(sum(a.amount), 0)::bigint as amount
             from unnest($3::text[], $4::text[], $5::date[], $6::date[]) w (key, metric, from_day, to_day)
             left join activity a on a.program_id = $1 and a.member_key = $2 and a.metric = w.metric and a.day >= w.from_day and a.day < w.to_day
            group by w.key`,
    values: [
      programId,
      memberKey,
      windows.map(({ key }) => key),
      windows.map(({ metric }) => metric),
      ranges.map(({ from }) => dayToDate(from)),
      ranges.map(({ to }) => dayToDate(to)),
    ],
  });
  return new Map(rows.map(({ key, amount }) => [key, amount]));
}

/** A row of `tier_changes`. */
export type StoredTierChange = {
  from_tier: string | null;
  to_tier: string;
  cause: string;
  source_id: string | null;
  reason: string | null;
  actor: string | null;
  rule_set: number;
  occurred_at: Date;
  recorded_at: Date;
};

/** Newest first. */
export async function listTierChanges(tx: pg.ClientBase, programId: number, memberKey: number, limit: number): Promise<StoredTierChange[]> {
  const { rows } = await tx.query<StoredTierChange>({
    name: "list_tier_changes",
    text: `select from_tier, to_tier, cause, source_id, reason, actor, rule_set, occurred_at, recorded_at
             from tier_changes where program_id = $1 and member_key = $2
            order by version desc, n desc limit $3`,
    values: [programId, memberKey, limit],
  });
  return rows;
}

/** A row of `tier_reviews`; pg gives a number for infinity. */
export type StoredReview = { due_at: Date | number; state: TierReview["state"] };

export async function findReview(tx: pg.ClientBase, programId: number, memberKey: number): Promise<StoredReview | undefined> {
  const { rows } = await tx.query<StoredReview>({
    name: "find_tier_review",
    text: "select due_at, state from tier_reviews where program_id = $1 and member_key = $2",
    values: [programId, memberKey],
  });
  return rows[0];
}

/** A row of `tier_review_results`. */
export type StoredReviewResult = {
  due_at: Date;
  recorded_at: Date;
  rule_set: number;
  tier: string;
  outcome: ReviewOutcome;
  to_tier: string;
  explanation: ReviewExplanation;
};

/** Newest first. */
export async function listReviewResults(
  tx: pg.ClientBase,
  programId: number,
  memberKey: number,
  limit: number,
): Promise<StoredReviewResult[]> {
  const { rows } = await tx.query<StoredReviewResult>({
    name: "list_tier_review_results",
    text: `select due_at, recorded_at, rule_set, tier, outcome, to_tier, explanation
             from tier_review_results where program_id = $1 and member_key = $2
            order by version desc limit $3`,
    values: [programId, memberKey, limit],
  });
  return rows;
}
