import type { MemberDraft } from "../members/member-draft.ts";
import type { Source } from "./accounts.ts";
import { expire } from "./expire.ts";
import { payDebt } from "./pay-debt.ts";
import { post } from "./post.ts";
import { type Instant, NEVER } from "./state.ts";

export type Grant = {
  wallet: number;
  points: number;
  /** What comes from another member was accrued there; an adjustment is no accrual. */
  kind: "accrual" | "opening" | "transfer_in" | "adjustment";
  occurredAt: Instant;
  availableAt: Instant;
  /** `NEVER` for points that do not expire. */
  expiresAt: Instant;
  source: Source;
  /** The rule whose own terms say its dates; absent is none. */
  rule?: string | null;
  ruleSet: number;
};

/** The program's account that granted points come from. */
const ORIGINS = { accrual: "issued", opening: "issued", transfer_in: "clearing", adjustment: "adjusted" } as const;

/**
 * Gives points as a new lot, pending until `availableAt`. What the member owes is paid from it at once when it is
 * available; what comes so late that it has expired is booked as expired at once, since a member's other open lots may not be loaded.
 * Units:   whole points, above 0; instants in milliseconds; `now` is the engine's clock.
 * Answers: the lot's sequence number.
 */
export function grantLot(draft: MemberDraft, grant: Grant, now: Instant): number {
  const { wallet, points, kind, occurredAt, availableAt, expiresAt, source, rule = null, ruleSet } = grant;
  const isPending = availableAt > now;
  const from = ORIGINS[kind];
  const seq = post(draft, { wallet, kind, from, to: isPending ? "pending" : "available", points, occurredAt, source, ruleSet });
  draft.lots.set(seq, {
    seq,
    wallet,
    granted: points,
    remaining: points,
    held: 0,
    clawedBack: 0,
    expired: 0,
    isPending,
    occurredAt,
    availableAt,
    expiresAt,
    source,
    rule,
  });
  if (from === "issued") draft.editWallet(wallet).accruedTotal += points;
  if (!isPending) payDebt(draft, { wallet, occurredAt, source, ruleSet, lots: [seq] });
  if (expiresAt <= now) expire(draft, seq, expiresAt, ruleSet);
  else draft.nextChangeAt = Math.min(draft.nextChangeAt, isPending ? availableAt : NEVER, expiresAt);
  return seq;
}
