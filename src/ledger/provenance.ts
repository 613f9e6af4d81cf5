import type { AccrualDecision } from "../rules/decision.ts";

/** What the points of a lot were given for. */
export type Provenance = {
  /** Version of the rule set that decided it. */
  ruleSet: number;
  /** Rules, and benefits of tiers as `tier:<id>`, that had a part in it. */
  rules: string[];
  /** Lines of the order whose price or quantity earned. */
  lines: number[];
};

function earningLines({ coefficients, quantities = [], percents = [], limited = [] }: AccrualDecision): number[] {
  const parts = [{ coefficients, quantities, percents }, ...limited].flatMap((part) => [
    ...part.coefficients,
    ...(part.quantities ?? []),
    ...(part.percents ?? []),
  ]);
  return [...new Set(parts.flatMap(({ lines }) => lines))].sort((a, b) => a - b);
}

/** Null `accruals`: the points came from neither an order nor an event, and no rule gave them. */
export function provenanceOf(wallet: string, ruleSet: number, accruals: readonly AccrualDecision[] | null): Provenance {
  const own = accruals?.find((accrual) => accrual.wallet === wallet);
  if (own === undefined) return { ruleSet, rules: [], lines: [] };
  return { ruleSet, rules: own.rules, lines: earningLines(own) };
}
