import { type Instant, isoOrNull } from "../ledger/state.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { PointsPart } from "../rules/points-parts.ts";
import { type Earned, type LotDates, lotDates, policiesOf } from "./lot-dates.ts";
import type { PointsView } from "./order.ts";

/** What its dates make of points at `now`. */
export function datesView({ availableAt, expiresAt }: LotDates, now: Instant): Pick<PointsView, "status" | "availableAt" | "expiresAt"> {
  const status = expiresAt <= now ? "expired" : availableAt > now ? "pending" : "available";
  return { status, availableAt: isoOrNull(availableAt), expiresAt: isoOrNull(expiresAt) };
}

/** Points of an order as its answer shows them, one entry for each lot. `earned` is null while the order does not count yet. */
export function pointsView(program: CompiledProgram, parts: readonly PointsPart[], earned: Earned | null, now: Instant): PointsView[] {
  const { wallets, timeZone } = program.definition;
  return parts.flatMap(({ wallet: id, rule, terms, points, rules }): PointsView[] => {
    const wallet = wallets.find((own) => own.id === id);
    if (wallet === undefined) return [];
    const given = { wallet: id, amount: points, rules, ...(rule !== null && { rule }) };
    if (earned === null) return [{ ...given, status: "expected", availableAt: null, expiresAt: null }];
    return [{ ...given, ...datesView(lotDates(policiesOf(wallet, terms), earned, timeZone), now) }];
  });
}
