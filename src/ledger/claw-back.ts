import type { MemberDraft } from "../members/member-draft.ts";
import type { WalletDefinition } from "../programs/wallet-definition.ts";
import type { EntryKind, MemberAccount, Source } from "./accounts.ts";
import { availableLots, freeOf, takeFromLots } from "./lots.ts";
import { post } from "./post.ts";
import type { Instant, LotState, LotUse } from "./state.ts";

export type Clawback = {
  wallet: number;
  points: number;
  /** The lots that the returned order's points went into. */
  ownLots: number[];
  policy: WalletDefinition["clawback"];
  /** With the policy `debt`, the most that the member may come to owe; undefined is no limit. */
  debtLimit?: number | undefined;
  occurredAt: Instant;
  source: Source;
  ruleSet: number;
};

/** `points` were taken back (`debt` of them by owing); `writtenOff` were not and nobody pays them. */
export type ClawedBack = { points: number; debt: number; writtenOff: number };

/** What of a lot's grant is neither taken back nor expired: the most that a return may take for it. */
const stillGranted = (lot: LotState): number => Math.max(0, lot.granted - lot.clawedBack - lot.expired);

/**
 * Marks `points` as taken back on the order's own lots, so that no later return takes them again: first where they are gone,
 * then where points that were given back stand in for them.
 */
function markClawedBack(draft: MemberDraft, ownLots: readonly LotState[], points: number): void {
  let left = points;
  for (const isGone of [true, false]) {
    for (const { seq } of ownLots) {
      const lot = draft.lots.edit(seq);
      if (lot === undefined) continue;
      const marked = Math.min(left, Math.max(0, stillGranted(lot) - (isGone ? freeOf(lot) : 0)));
      lot.clawedBack += marked;
      left -= marked;
    }
  }
}

/** How much more the member may come to owe. */
const mayOwe = (draft: MemberDraft, wallet: number, limit = Number.MAX_SAFE_INTEGER): number =>
  Math.max(0, limit - draft.wallet(wallet).debt);

/**
 * Takes back the points of returned goods: from the order's own lots (pending, then available), then from the
 * member's other available lots in burn order; what is spent already becomes a debt or is written off, as the wallet says. With the
 * policy `only_pending` nothing that has become available is touched.
 *
 * Units:   whole points.
 * Bound:   what the order's lots granted, less what was clawed back and what has expired of them.
 * Held points are not touched.
 */
export function clawBack(draft: MemberDraft, clawback: Clawback): ClawedBack {
  const { wallet, ownLots, policy, debtLimit, occurredAt, source, ruleSet } = clawback;
  const own = ownLots.map((seq) => draft.lots.get(seq)).filter((lot): lot is LotState => lot?.wallet === wallet);
  const due = Math.min(
    clawback.points,
    own.reduce((sum, lot) => sum + stillGranted(lot), 0),
  );

  let left = due;
  const reverse = (kind: EntryKind, from: MemberAccount, points: number, uses: LotUse[]) => {
    if (points > 0) post(draft, { wallet, kind, from, to: "reversed", points, occurredAt, source, ruleSet, uses });
    left -= points;
  };
  const take = (from: MemberAccount, lots: readonly LotState[]) => {
    const { taken, uses } = takeFromLots(draft, lots, left);
    reverse("clawback", from, taken, uses);
  };

  take(
    "pending",
    own.filter((lot) => lot.isPending),
  );
  if (policy !== "only_pending") {
    take(
      "available",
      own.filter((lot) => !lot.isPending),
    );
    if (left > 0) take("available", availableLots(draft, wallet));
  }
  const short = left;
  const debt = policy === "debt" ? Math.min(short, mayOwe(draft, wallet, debtLimit)) : 0;
  reverse("debt_incurred", "debt", debt, []);

  const points = due - left;
  markClawedBack(draft, own, points);
  draft.editWallet(wallet).clawedBackTotal += points;
  return { points, debt, writtenOff: short - debt };
}
