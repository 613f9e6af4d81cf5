import { type Instant, isoOrNull } from "../ledger/state.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { AccrualDecision } from "../rules/decision.ts";
import { type Earned, type LotDates, lotDates } from "./lot-dates.ts";
import type { PointsView } from "./order.ts";

/** What its dates make of points at `now`. */
export function datesView({ availableAt, expiresAt }: LotDates, now: Instant): Pick<PointsView, "status" | "availableAt" | "expiresAt"> {
  const status = expiresAt <= now ? "expired" : availableAt > now ? "pending" : "available";
  return { status, availableAt: isoOrNull(availableAt), expiresAt: isoOrNull(expiresAt) };
}

/** Points of an order as its answer shows them. `earned` is null while the order does not count yet. */
export function pointsView(
  program: CompiledProgram,
  accruals: readonly AccrualDecision[],
  earned: Earned | null,
  now: Instant,
): PointsView[] {
  const { wallets, timeZone } = program.definition;
  return accruals.flatMap((accrual): PointsView[] => {
    const wallet = wallets.find(({ id }) => id === accrual.wallet);
    if (wallet === undefined) return [];
    const given = { wallet: accrual.wallet, amount: accrual.points, rules: accrual.rules };
    if (earned === null) return [{ ...given, status: "expected", availableAt: null, expiresAt: null }];
    return [{ ...given, ...datesView(lotDates(wallet, earned, timeZone), now) }];
  });
}
