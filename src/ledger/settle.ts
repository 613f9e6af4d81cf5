import type { MemberDraft } from "../members/member-draft.ts";
import { expire } from "./expire.ts";
import { freeOf } from "./lots.ts";
import { payDebt } from "./pay-debt.ts";
import { post } from "./post.ts";
import { resolveHold } from "./resolve-hold.ts";
import { type HoldState, type Instant, type LotState, NEVER } from "./state.ts";

type DueChange = { at: Instant; seq: number } & (
  | { kind: "activation"; lot: Readonly<LotState> }
  | { kind: "expiry" }
  | { kind: "release"; hold: Readonly<HoldState> }
);

/**
 * Changes that the clock has made due, oldest first. A lot that expires when it would become available only expires; what is
 * held of one expires when it is released.
 */
function dueChanges(lots: Iterable<Readonly<LotState>>, holds: Iterable<Readonly<HoldState>>, now: Instant): DueChange[] {
  const due: DueChange[] = [];
  for (const lot of lots) {
    const { seq } = lot;
    if (lot.remaining === 0) continue;
    if (lot.isPending && lot.availableAt <= now && lot.availableAt < lot.expiresAt)
      due.push({ at: lot.availableAt, seq, kind: "activation", lot });
    if (lot.expiresAt <= now) due.push({ at: lot.expiresAt, seq, kind: "expiry" });
  }
  for (const hold of holds) {
    if (hold.status === "open" && hold.expiresAt <= now)
      due.push({ at: hold.expiresAt, seq: hold.uses[0]?.lot ?? 0, kind: "release", hold });
  }
  return due.sort((a, b) => a.at - b.at || a.seq - b.seq);
}

/** When the next of these lots becomes available or expires, or the next hold ends; `NEVER` when none does. */
export function nextChangeAt(lots: Iterable<Readonly<LotState>>, holds: Iterable<Readonly<HoldState>>): Instant {
  let next = NEVER;
  for (const hold of holds) if (hold.status === "open") next = Math.min(next, hold.expiresAt);
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

/**
 * Books what the clock has done to a member's lots: pending points that became available, points that expired, holds whose time is
 * over. Every command settles first, so nobody can spend an expired point, however late a sweep is.
 * Needs all open lots and holds when `nextChangeAt` has passed; does nothing before.
 */
export function settle(draft: MemberDraft, now: Instant, ruleSet: number): void {
  if (draft.nextChangeAt > now) return;
  for (const change of dueChanges([...draft.lots.values()], [...draft.holds.values()], now)) {
    if (change.kind === "activation") activate(draft, change.lot, change.at, ruleSet);
    else if (change.kind === "expiry") expire(draft, change.seq, change.at, ruleSet);
    else resolveHold(draft, change.hold.id, { status: "expired", captured: 0, at: change.at, now, ruleSet });
  }
  draft.nextChangeAt = nextChangeAt(draft.lots.values(), draft.holds.values());
}
