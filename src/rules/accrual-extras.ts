import type { AccrualDecision, PercentPoints, PointsTerms, QuantityPoints } from "./decision.ts";
import type { PointsGrant } from "./effects/action.ts";
import { pointsForPercent, pointsForUnits, toFraction } from "./line-points.ts";

/** A line as points see it: what earns, in minor units, and how many units it has. */
export type EarningLine = { line: number; base: number; units: number };

/**
 * A grant of a rule that applied, with the lines it touches; `null` is all of them. `room` is how many points the rule
 * may give, by wallet; in wallets that it does not name there is no limit. `terms` are the rule's own.
 */
export type AppliedGrant = {
  rule: string;
  grant: PointsGrant;
  lines: ReadonlySet<number> | null;
  room?: ReadonlyMap<string, number> | undefined;
  terms?: PointsTerms | undefined;
};

type Extras = Pick<AccrualDecision, "bonuses" | "quantities" | "percents">;

/** What grants add beside rates and multipliers, with its points. A percentage counts only where it meets a line that earns. */
export function addExtras(
  grants: readonly AppliedGrant[],
  lines: readonly EarningLine[],
  { coefficients, rounding }: Pick<AccrualDecision, "coefficients" | "rounding">,
): { decided: Extras; points: bigint } {
  const bonuses: AccrualDecision["bonuses"] = [];
  const quantities: QuantityPoints[] = [];
  const percents: PercentPoints[] = [];
  const baseByLine = new Map<number, number>();
  let points = 0n;
  for (const { rule, grant, lines: touched } of grants) {
    const isTouched = (line: number): boolean => touched === null || touched.has(line);
    const own = (): number[] => lines.flatMap(({ line }) => (isTouched(line) ? [line] : []));
    if (grant.grants === "bonus") {
      bonuses.push({ rule, points: grant.points });
      points += BigInt(grant.points);
    } else if (grant.grants === "quantity") {
      const units = lines.reduce((sum, line) => (isTouched(line.line) ? sum + line.units : sum), 0);
      quantities.push({ rule, lines: own(), points: grant.points, perQuantity: grant.perQuantity });
      points += pointsForUnits(grant, units);
    } else if (grant.grants === "percent" && coefficients.some((coefficient) => coefficient.lines.some(isTouched))) {
      if (baseByLine.size === 0) for (const { line, base } of lines) baseByLine.set(line, base);
      const percent = { rule, lines: own(), share: toFraction(grant.share) };
      percents.push(percent);
      points += pointsForPercent(percent, coefficients, baseByLine, rounding);
    }
  }
  const decided = { bonuses, ...(quantities.length > 0 && { quantities }), ...(percents.length > 0 && { percents }) };
  return { decided, points };
}
