import type { Instant } from "../ledger/state.ts";
import type { CouponReason } from "../rules/decision.ts";
import { type Counter, type UsedCounters, WHOLE_LIFE } from "../rules/limits/counter.ts";

/** A code that is not bound to a member: whoever brings it to a cart may use it, so many times. */
export type CouponCode = {
  code: string;
  /** The id of its definition. */
  coupon: string;
  /** Orders that may use it. */
  maxUses: number;
  /** Orders of one member that may use it; null is as many as may use it at all. */
  maxUsesPerMember: number | null;
  validFrom: Instant;
  /** The first instant at which it is no longer valid; null is never. */
  validUntil: Instant | null;
  isRevoked: boolean;
};

type CodeLimit = { counter: Counter; atMost: number; reached: CouponReason };

/** The counter of all uses of a code. No rule's id has a colon. */
export const usesCounter = (code: string): Counter => ({ for: "program", key: `code:${code} life uses`, period: WHOLE_LIFE });

/** How often a code may be used, with the counters that say how often it was. */
function limitsOf({ code, maxUses, maxUsesPerMember }: CouponCode): CodeLimit[] {
  const counter = usesCounter(code);
  const all: CodeLimit = { counter, atMost: maxUses, reached: "used_up" };
  if (maxUsesPerMember === null) return [all];
  return [{ counter: { ...counter, for: "member" }, atMost: maxUsesPerMember, reached: "member_limit" }, all];
}

/** What each order that uses a code counts. */
export const countersOf = (code: CouponCode): Counter[] => limitsOf(code).map(({ counter }) => counter);

/** Why no cart can use a code at an instant, with so much used of it; null where nothing stands against it. */
export function codeRefusal(code: CouponCode, at: Instant, counters: UsedCounters): CouponReason | null {
  if (code.isRevoked) return "revoked";
  if (at < code.validFrom) return "not_started";
  if (code.validUntil !== null && at >= code.validUntil) return "expired";
  return limitsOf(code).find(({ counter, atMost }) => counters.used(counter) >= atMost)?.reached ?? null;
}
