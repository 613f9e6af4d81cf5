import { expiryAt, pendingUntil } from "../core/period.ts";
import { type Instant, NEVER } from "../ledger/state.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { WalletDefinition } from "../programs/wallet-definition.ts";
import type { AccrualDecision } from "../rules/decision.ts";
import type { PointsView } from "./order.ts";

export type LotDates = { availableAt: Instant; expiresAt: Instant };

/** When points of a wallet that are earned at `earnedAt` become available and expire, by the wallet's policies in the program's zone. */
export function lotDates(wallet: WalletDefinition, earnedAt: Instant, timeZone: string): LotDates {
  const availableAt = pendingUntil(new Date(earnedAt), wallet.pending, timeZone);
  return { availableAt: availableAt.getTime(), expiresAt: expiryAt(availableAt, wallet.expiry, timeZone)?.getTime() ?? NEVER };
}

const iso = (instant: Instant): string | null => (instant === NEVER ? null : new Date(instant).toISOString());

/** Points of an order as its answer shows them. `earnedAt` is null while the order does not count yet. */
export function pointsView(
  program: CompiledProgram,
  accruals: readonly AccrualDecision[],
  earnedAt: Instant | null,
  now: Instant,
): PointsView[] {
  const { wallets, timeZone } = program.definition;
  return accruals.flatMap((accrual): PointsView[] => {
    const wallet = wallets.find(({ id }) => id === accrual.wallet);
    if (wallet === undefined) return [];
    const given = { wallet: accrual.wallet, amount: accrual.points, rules: accrual.rules };
    if (earnedAt === null) return [{ ...given, status: "expected", availableAt: null, expiresAt: null }];
    const { availableAt, expiresAt } = lotDates(wallet, earnedAt, timeZone);
    const status = expiresAt <= now ? "expired" : availableAt > now ? "pending" : "available";
    return [{ ...given, status, availableAt: iso(availableAt), expiresAt: iso(expiresAt) }];
  });
}
