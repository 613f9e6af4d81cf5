import { assert } from "../core/assert.ts";
import { multiplyDown, multiplyHalfUp } from "../core/rounding.ts";
import type { AccrualDecision, RulePoints } from "./decision.ts";
import { fromFraction, pointsForPercent, pointsForUnits } from "./line-points.ts";
import { roundedSum } from "./rounded-sum.ts";

/**
 * What is kept of a line's net (or base) once `gone` of its `quantity` units are returned: amount × (n − q) ÷ n, rounded
 * half up. `gone` counts all returns so far, so that the parts of any split sum to the whole.
 */
export function keptNet(amount: number, quantity: number, gone: number): number {
  assert(gone >= 0 && gone <= quantity, "no more is returned than was bought");
  return gone === 0 ? amount : multiplyHalfUp(amount, quantity - gone, quantity);
}

/** How much of an order is kept, in minor units of its net. */
export type KeptShare = { keptNet: number; net: number; isAnythingKept: boolean };

/** What is kept of one line: its base in minor units, and its units. */
export type KeptLine = { base: number; units: number };

/** A bonus shrinks with the net that is kept, rounded down; of an order whose net was 0 it stays while anything is kept. */
function keptBonus(points: number, { keptNet: kept, net, isAnythingKept }: KeptShare): number {
  if (!isAnythingKept) return 0;
  return net === 0 ? points : multiplyDown(points, kept, net);
}

type PointsParts = Pick<AccrualDecision, "coefficients" | "bonuses" | "quantities" | "percents">;

/** Points of some parts on what is kept; percentages are of the accrual's own coefficients, and all is rounded as it says. */
function keptParts(
  { coefficients, bonuses, quantities = [], percents = [] }: PointsParts,
  accrual: AccrualDecision,
  lines: ReadonlyMap<number, KeptLine>,
  share: KeptShare,
): bigint {
  const baseByLine = new Map([...lines].map(([line, { base }]) => [line, base]));
  const products = coefficients.map(({ lines: own, perMinorUnit }) => ({
    base: own.reduce((sum, line) => sum + (baseByLine.get(line) ?? 0), 0),
    perMinorUnit: fromFraction(perMinorUnit),
  }));
  let points = roundedSum(products, accrual.rounding);
  for (const quantity of quantities) {
    const units = quantity.lines.reduce((sum, line) => sum + (lines.get(line)?.units ?? 0), 0);
    points += pointsForUnits(quantity, units);
  }
  for (const percent of percents) points += pointsForPercent(percent, accrual.coefficients, baseByLine, accrual.rounding);
  return points + bonuses.reduce((sum, bonus) => sum + BigInt(keptBonus(bonus.points, share)), 0n);
}

/** What a rule with limited points would give on what is kept without its limit. */
export function uncutPoints(part: RulePoints, accrual: AccrualDecision, lines: ReadonlyMap<number, KeptLine>, share: KeptShare): bigint {
  return keptParts(part, accrual, lines, share);
}

/** The points of a rule by itself that are kept: never more than its limit let through. */
export function keptOfRule(part: RulePoints, accrual: AccrualDecision, lines: ReadonlyMap<number, KeptLine>, share: KeptShare): number {
  const points = uncutPoints(part, accrual, lines, share);
  return part.atMost !== undefined && points > BigInt(part.atMost) ? part.atMost : Number(points);
}

/**
 * The points of an accrual that are kept, by the order's own rates, multipliers, quantities, percentages and limits on
 * what is kept of its lines (by line number); nothing is judged again.
 *
 * Units:   result in whole points.
 * Rounds:  as the accrual says: the rates once together, each percentage and each rule by itself; bonuses down.
 */
export function keptPoints(accrual: AccrualDecision, lines: ReadonlyMap<number, KeptLine>, share: KeptShare): number {
  const limited = (accrual.limited ?? []).reduce((sum, part) => sum + keptOfRule(part, accrual, lines, share), 0);
  return Number(keptParts(accrual, accrual, lines, share)) + limited;
}
