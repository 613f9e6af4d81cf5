import { assert } from "../core/assert.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { LotState, LotUse } from "./state.ts";

/** Soonest to expire first, never-expiring last; ties by accrual, then by sequence, so the order is total. */
export function byBurnOrder(a: LotState, b: LotState): number {
  if (a.expiresAt !== b.expiresAt) return a.expiresAt < b.expiresAt ? -1 : 1;
  if (a.occurredAt !== b.occurredAt) return a.occurredAt < b.occurredAt ? -1 : 1;
  return a.seq - b.seq;
}

/** Of what remains of a lot, what no hold reserves. */
export const freeOf = (lot: Pick<LotState, "remaining" | "held">): number => lot.remaining - lot.held;

/** Lots of a wallet that have available points, in burn order. */
export function availableLots(draft: MemberDraft, wallet: number): LotState[] {
  return [...draft.lots.values()].filter((lot) => lot.wallet === wallet && freeOf(lot) > 0 && !lot.isPending).sort(byBurnOrder);
}

/**
 * Takes up to `points` of what is free in the lots, in the order given.
 * Units:   whole points.
 * Answers: what was taken from each lot; less than `points` together when the lots hold less.
 */
export function takeFromLots(draft: MemberDraft, lots: readonly LotState[], points: number): { taken: number; uses: LotUse[] } {
  assert(points >= 0, "points to take are not negative");
  const uses: LotUse[] = [];
  let left = points;
  for (const { seq } of lots) {
    if (left === 0) break;
    const lot = draft.lots.edit(seq);
    assert(lot, "a lot that points are taken from is loaded");
    const taken = Math.min(freeOf(lot), left);
    if (taken === 0) continue;
    lot.remaining -= taken;
    left -= taken;
    uses.push({ lot: seq, points: taken });
  }
  return { taken: points - left, uses };
}
