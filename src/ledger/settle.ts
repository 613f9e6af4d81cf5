import type { MemberDraft } from "../members/member-draft.ts";
import { freeOf } from "./lots.ts";
import { payDebt } from "./pay-debt.ts";
import { post } from "./post.ts";
import { type Instant, type LotState, NEVER } from "./state.ts";

type DueChange = { at: Instant; kind: "activation" | "expiry"; lot: LotState };

/**
 * Changes that the clock has made due, oldest first. A lot that expires when it would become available only expires; what is
 * held of one expires when it is released.
 */
function dueChanges(lots: Iterable<Readonly<LotState>>, now: Instant): DueChange[] {
  const due: DueChange[] = [];
  for (const lot of lots) {
    if (freeOf(lot) === 0) continue;
    if (lot.isPending && lot.availableAt <= now && lot.availableAt < lot.expiresAt)
      due.push({ at: lot.availableAt, kind: "activation", lot });
    if (lot.expiresAt <= now) due.push({ at: lot.expiresAt, kind: "expiry", lot });
  }
  return due.sort((a, b) => a.at - b.at || a.lot.seq - b.lot.seq);
}

/** When the next of these lots becomes available or expires; `NEVER` when none does. */
export function nextChangeAt(lots: Iterable<Readonly<LotState>>): Instant {
  let next = NEVER;
  for (const lot of lots) {
    if (freeOf(lot) > 0) next = Math.min(next, lot.isPending ? lot.availableAt : NEVER, lot.expiresAt);
  }
  return next;
}

/** Makes what is left of a pending lot available, and pays what the member owes from it. */
export function activate(draft: MemberDraft, { seq }: LotState, at: Instant, ruleSet: number): void {
  const lot = draft.lots.edit(seq);
  if (lot === undefined || lot.remaining === 0) return;
  lot.isPending = false;
  const movement = { wallet: lot.wallet, occurredAt: at, source: { kind: "activation", id: String(seq) }, ruleSet } as const;
  post(draft, { ...movement, kind: "activation", from: "pending", to: "available", points: lot.remaining });
  draft.announce("points.activated", at, { lot: seq, points: lot.remaining });
  payDebt(draft, { ...movement, lots: [seq] });
}

/** Books what is free of a lot as expired, and answers how much that was. */
export function expire(draft: MemberDraft, seq: number, at: Instant, ruleSet: number): number {
  const lot = draft.lots.edit(seq);
  if (lot === undefined || freeOf(lot) === 0) return 0;
  const points = freeOf(lot);
  lot.remaining -= points;
  lot.expired += points;
  draft.editWallet(lot.wallet).expiredTotal += points;
  post(draft, {
    wallet: lot.wallet,
    kind: "expiry",
    from: lot.isPending ? "pending" : "available",
    to: "breakage",
    points,
    occurredAt: at,
    ruleSet,
    source: { kind: "expiry", id: String(seq) },
    uses: [{ lot: seq, points }],
  });
  draft.announce("points.expired", at, { lot: seq, points });
  return points;
}

/**
 * Books what the clock has done to a member's lots: pending points that became available, points that expired. Every
 * command settles first, so nobody can spend an expired point, however late a sweep is.
 * Needs all open lots when `nextChangeAt` has passed; does nothing before.
 */
export function settle(draft: MemberDraft, now: Instant, ruleSet: number): void {
  if (draft.nextChangeAt > now) return;
  for (const { at, kind, lot } of dueChanges([...draft.lots.values()], now)) {
    if (kind === "activation") activate(draft, lot, at, ruleSet);
    else expire(draft, lot.seq, at, ruleSet);
  }
  draft.nextChangeAt = nextChangeAt(draft.lots.values());
}
