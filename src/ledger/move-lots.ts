import { assert } from "../core/assert.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { MemberAccount, Source } from "./accounts.ts";
import { editLot, takeFromLots } from "./lots.ts";
import { post } from "./post.ts";
import { nextChangeAt } from "./settle.ts";
import { type Instant, type LotState, type LotUse, NEVER } from "./state.ts";

export type LotsMove = { occurredAt: Instant; source: Source; ruleSet: number };

/** A lot at its new holder, the one that it stands for, and how many points came with it. */
export type ArrivedLot = { seq: number; from: Readonly<LotState>; points: number };

const accountOf = ({ isPending }: Pick<LotState, "isPending">): MemberAccount => (isPending ? "pending" : "available");
const sumOf = (uses: readonly LotUse[]): number => uses.reduce((sum, { points }) => sum + points, 0);

/** Lots of one wallet that are all pending or all available. */
const byAccount = <Lot extends Pick<LotState, "wallet" | "isPending">>(lots: readonly Lot[]): Iterable<[Lot, ...Lot[]]> =>
  Map.groupBy(lots, ({ wallet, isPending }) => `${wallet} ${isPending}`).values() as Iterable<[Lot, ...Lot[]]>;

/**
 * Moves whole lots of one member to another through clearing, pending ones too. Each arrives with all that it granted, its dates, its
 * source and what was taken back and has expired of it; what was gone of it leaves again with the use of the lot. So whatever names the
 * lot finds at the new holder what it would have found before. Nothing is accrued, spent or paid.
 * Needs both members settled, and nothing of the lots held.
 * Units:   whole points; `ruleSets` names the rule set that gave a lot, where it is not the move's own.
 * Errors:  amount_out_of_range.
 */
export function moveLots(
  from: MemberDraft,
  to: MemberDraft,
  lots: readonly Readonly<LotState>[],
  move: LotsMove & { ruleSets: ReadonlyMap<number, number> },
): ArrivedLot[] {
  const { ruleSets, ...movement } = move;
  const arrived: ArrivedLot[] = [];
  for (const group of byAccount(lots)) {
    const [{ wallet }] = group;
    const account = accountOf(group[0]);
    const remaining = group.map((lot) => ({ ...lot }));
    const points = group.reduce((sum, lot) => sum + lot.remaining, 0);
    const { uses } = takeFromLots(from, group, points);
    if (points > 0) post(from, { ...movement, wallet, kind: "transfer_out", from: account, to: "clearing", points, uses });

    const gone: LotUse[] = [];
    for (const lot of remaining) {
      assert(lot.held === 0, "nothing of a lot that moves is held");
      const ruleSet = ruleSets.get(lot.seq) ?? movement.ruleSet;
      const seq = post(to, { ...movement, ruleSet, wallet, kind: "transfer_in", from: "clearing", to: account, points: lot.granted });
      to.lots.set(seq, { ...lot, seq });
      if (lot.granted > lot.remaining) gone.push({ lot: seq, points: lot.granted - lot.remaining });
      if (lot.remaining > 0) to.nextChangeAt = Math.min(to.nextChangeAt, lot.isPending ? lot.availableAt : NEVER, lot.expiresAt);
      arrived.push({ seq, from: lot, points: lot.remaining });
    }
    if (gone.length > 0)
      post(to, { ...movement, wallet, kind: "transfer_out", from: account, to: "clearing", points: sumOf(gone), uses: gone });
  }
  from.nextChangeAt = nextChangeAt(from.lots.values(), from.holds.values());
  return arrived;
}

/**
 * Moves the points of lots back into the lots that they stood for: those have what they had before `moveLots`. A lot that has become
 * available meanwhile leaves from there, and is pending again until its old holder is settled.
 * Needs all open lots and holds of both, and the lots on both sides.
 */
export function moveLotsBack(
  from: MemberDraft,
  to: MemberDraft,
  lots: readonly { seq: number; fromSeq: number; points: number }[],
  movement: LotsMove,
): void {
  const pairs = lots
    .filter(({ points }) => points > 0)
    .map(({ seq, fromSeq, points }) => ({ own: editLot(from, seq), back: editLot(to, fromSeq), points }));
  const partsOf = (side: "own" | "back") =>
    byAccount(
      pairs.map((pair) => ({ wallet: pair[side].wallet, isPending: pair[side].isPending, lot: pair[side].seq, points: pair.points })),
    );

  for (const group of partsOf("own")) {
    const uses = group.map(({ lot, points }) => ({ lot, points }));
    for (const { lot, points } of uses) editLot(from, lot).remaining -= points;
    const [{ wallet }] = group;
    post(from, { ...movement, wallet, kind: "transfer_out", from: accountOf(group[0]), to: "clearing", points: sumOf(uses), uses });
  }
  for (const group of partsOf("back")) {
    const uses = group.map(({ lot, points }) => ({ lot, points }));
    for (const { lot, points } of uses) editLot(to, lot).remaining += points;
    const [{ wallet }] = group;
    post(to, { ...movement, wallet, kind: "give_back", from: "clearing", to: accountOf(group[0]), points: sumOf(uses), uses });
  }
  for (const draft of [from, to]) draft.nextChangeAt = nextChangeAt(draft.lots.values(), draft.holds.values());
}

/** What one member owes in a wallet is owed by the other from now on. Needs that the first owes so much. */
export function moveDebt(from: MemberDraft, to: MemberDraft, debt: { wallet: number; points: number }, movement: LotsMove): void {
  if (debt.points === 0) return;
  post(from, { ...movement, ...debt, kind: "debt_repayment", from: "clearing", to: "debt" });
  post(to, { ...movement, ...debt, kind: "transfer_out", from: "debt", to: "clearing" });
}
