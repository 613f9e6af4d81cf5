import { expiryAt, pendingUntil } from "../core/period.ts";
import { type Instant, NEVER } from "../ledger/state.ts";
import type { WalletDefinition } from "../programs/wallet-definition.ts";
import type { PointsTerms } from "../rules/decision.ts";

/** When points were earned, and the order that earned them; what earned them otherwise waits for no step of an order. */
export type Earned = { at: Instant; order?: { completedAt: Instant | null } };

export type LotDates = { availableAt: Instant; expiresAt: Instant };

const UNDATED: LotDates = { availableAt: NEVER, expiresAt: NEVER };

/** When points of a wallet become available and expire. */
export type LotPolicies = Pick<WalletDefinition, "pending" | "expiry">;

/** The wallet's policies, but for those that the points have of their own. */
export const policiesOf = (wallet: LotPolicies, { pending, expiry }: PointsTerms): LotPolicies => ({
  pending: pending ?? wallet.pending,
  expiry: expiry ?? wallet.expiry,
});

type Wait = { step: "earned" | "completed" | "confirm"; period: string };

/** What points of a wallet wait for: first a step, then a period from it. */
export function waitOf({ pending }: Pick<LotPolicies, "pending">): Wait {
  if (pending === "confirm") return { step: "confirm", period: "none" };
  const [step, period = "none"] = pending.split("+");
  return step === "completed" ? { step, period } : { step: "earned", period: pending };
}

/** The dates of points that stop to wait for a step at an instant, by the wallet's policies in the program's zone. */
export function datesFrom(policies: Pick<LotPolicies, "expiry">, at: Instant, period: string, timeZone: string): LotDates {
  const availableAt = pendingUntil(new Date(at), period, timeZone);
  return { availableAt: availableAt.getTime(), expiresAt: expiryAt(availableAt, policies.expiry, timeZone)?.getTime() ?? NEVER };
}

/** When points become available and expire; neither is known while they wait for a step of their order. */
export function lotDates(policies: LotPolicies, { at, order }: Earned, timeZone: string): LotDates {
  const { step, period } = waitOf(policies);
  if (step === "earned" || order === undefined) return datesFrom(policies, at, period, timeZone);
  if (step === "confirm" || order.completedAt === null) return UNDATED;
  return datesFrom(policies, Math.max(at, order.completedAt), period, timeZone);
}
