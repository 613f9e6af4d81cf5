import { assert } from "../core/assert.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { LotState, LotUse } from "./state.ts";

/** Soonest to expire first, never-expiring last; ties by accrual, then by sequence, so the order is total. */
export function byBurnOrder(a: LotState, b: LotState): number {
  if (a.expiresAt !== b.expiresAt) return a.expiresAt < b.expiresAt ? -1 : 1;
  if (a.occurredAt !== b.occurredAt) return a.occurredAt < b.occurredAt ? -1 : 1;
  return a.seq - b.seq;
}

/** A lot as the draft has it now: whoever moves its points has loaded it. */
function currentLot(draft: MemberDraft, seq: number): Readonly<LotState> {
  const lot = draft.lots.get(seq);
  assert(lot, "a lot whose points move is loaded");
  return lot;
}

/** Uses of lots that are loaded, as they burn: the ledger keeps what an entry took of each lot, not in which order. */
export function usesInBurnOrder(draft: MemberDraft, uses: readonly LotUse[]): LotUse[] {
  return uses.toSorted((a, b) => byBurnOrder(currentLot(draft, a.lot), currentLot(draft, b.lot)));
}

/** Of what remains of a lot, what no hold reserves. */
export const freeOf = (lot: Pick<LotState, "remaining" | "held">): number => lot.remaining - lot.held;

/** Lots of a wallet that have available points, in burn order. */
export function availableLots(draft: MemberDraft, wallet: number): LotState[] {
  return [...draft.lots.values()].filter((lot) => lot.wallet === wallet && freeOf(lot) > 0 && !lot.isPending).sort(byBurnOrder);
}

const ALL_LOADED = "the lots that available points come from are loaded";

const pointsOf = (uses: readonly LotUse[]): number => uses.reduce((sum, { points }) => sum + points, 0);

/** The parts of the lots, in the order given, that make up to `points` of what is free in them. */
function partsOf(lots: readonly Readonly<LotState>[], points: number): LotUse[] {
  assert(points >= 0, "points to take are not negative");
  const parts: LotUse[] = [];
  let left = points;
  for (const lot of lots) {
    const part = Math.min(freeOf(lot), left);
    if (part === 0) continue;
    left -= part;
    parts.push({ lot: lot.seq, points: part });
  }
  return parts;
}

/** A lot of the draft to change: whoever moves its points has loaded it. */
export function editLot(draft: MemberDraft, seq: number): LotState {
  const lot = draft.lots.edit(seq);
  assert(lot, "a lot whose points move is loaded");
  return lot;
}

/**
 * Takes up to `points` of what is free in the lots, in the order given.
 * Units:   whole points.
 * Answers: what was taken from each lot; less than `points` together when the lots hold less.
 */
export function takeFromLots(draft: MemberDraft, lots: readonly LotState[], points: number): { taken: number; uses: LotUse[] } {
  const current = lots.map(({ seq }) => currentLot(draft, seq));
  const uses = partsOf(current, points);
  for (const use of uses) editLot(draft, use.lot).remaining -= use.points;
  return { taken: pointsOf(uses), uses };
}

/**
 * Takes `points` that are available, in burn order: those lots must be loaded that the points come from, others need not.
 * Units:   whole points, no more than are available.
 * Answers: what was taken from each lot.
 */
export function spendFromLots(draft: MemberDraft, wallet: number, points: number): LotUse[] {
  const { taken, uses } = takeFromLots(draft, availableLots(draft, wallet), points);
  assert(taken === points, ALL_LOADED);
  return uses;
}

/** The same of points that are reserved: they stay in their lots. Answers what of each. */
export function reserveInLots(draft: MemberDraft, wallet: number, points: number): LotUse[] {
  const uses = partsOf(availableLots(draft, wallet), points);
  assert(pointsOf(uses) === points, ALL_LOADED);
  for (const use of uses) editLot(draft, use.lot).held += use.points;
  return uses;
}
