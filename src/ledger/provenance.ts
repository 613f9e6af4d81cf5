import type { AccrualDecision, RulePoints } from "../rules/decision.ts";
import { partOfRule, partsOf } from "../rules/points-parts.ts";

/** What the points of a lot were given for. */
export type Provenance = {
  /** Version of the rule set that decided it. */
  ruleSet: number;
  /** Rules, and benefits of tiers as `tier:<id>`, that had a part in it. */
  rules: string[];
  /** Lines of the order whose price or quantity earned. */
  lines: number[];
};

type Parts = Pick<RulePoints, "coefficients" | "quantities" | "percents">;

function earningLines(earned: readonly Parts[]): number[] {
  const parts = earned.flatMap((part) => [...part.coefficients, ...(part.quantities ?? []), ...(part.percents ?? [])]);
  return [...new Set(parts.flatMap(({ lines }) => lines))].sort((a, b) => a - b);
}

/**
 * Of a lot of a wallet, or of the rule whose own terms made it one. Null `accruals`: the points came from neither an order nor an
 * event, and no rule gave them.
 */
export function provenanceOf(
  { wallet, rule }: { wallet: string; rule: string | null },
  ruleSet: number,
  accruals: readonly AccrualDecision[] | null,
): Provenance {
  const accrual = accruals?.find((own) => own.wallet === wallet);
  if (accrual === undefined) return { ruleSet, rules: [], lines: [] };
  if (rule !== null) {
    const part = partOfRule(accrual, rule);
    return { ruleSet, rules: [rule], lines: earningLines(part === undefined ? [] : [part]) };
  }
  const { rules = [] } = partsOf([accrual]).find((part) => part.rule === null) ?? {};
  return { ruleSet, rules, lines: earningLines([accrual, ...(accrual.limited ?? []).filter(({ terms }) => terms === undefined)]) };
}
