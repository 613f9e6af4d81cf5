import type pg from "pg";
import { keysOf } from "../../db/look-ups.ts";
import { toInstant } from "../../ledger/rows.ts";
import type { TierReview } from "../../tiers/review-state.ts";

export type ReviewRow = { member_key: number; due_at: Date | number; state: TierReview["state"] };

export const selectReviews = (programId: number, memberIds: string[]): pg.QueryConfig => ({
  name: "load_tier_reviews",
  text: `select member_key, due_at, state from tier_reviews where program_id = $1 and member_key = any(${keysOf("$2")})`,
  values: [programId, memberIds],
});

export const toReview = ({ due_at, state }: ReviewRow): TierReview => ({ dueAt: toInstant(due_at instanceof Date ? due_at : null), state });
