import type { AccrualDecision, Decision, PointsTerms, RulePoints } from "./decision.ts";

/** Points of one wallet that become one lot: those of a rule with terms of its own, or (`rule` null) all others. */
export type PointsPart = { wallet: string; rule: string | null; terms: PointsTerms; points: number; rules: string[] };

/** What `partKey` makes a key of; a lot and what is said of its points have the same. */
type Part = Pick<PointsPart, "wallet" | "rule">;

export const partKey = ({ wallet, rule }: Part): string => (rule === null ? wallet : `${wallet} ${rule}`);

/** The parts of an accrual whose points are dated by themselves. */
const datedParts = ({ limited = [] }: Pick<AccrualDecision, "limited">): RulePoints[] => limited.filter(({ terms }) => terms !== undefined);

export const partOfRule = ({ limited = [] }: Pick<AccrualDecision, "limited">, rule: string): RulePoints | undefined =>
  limited.find((part) => part.rule === rule && part.terms !== undefined);

/**
 * The lots that accruals make, in their order; the same ones whatever of them is kept. `keptOf` says how much of an accrual and of a
 * part of it is left; absent is all.
 */
export function partsOf(
  accruals: readonly AccrualDecision[],
  keptOf: (accrual: AccrualDecision, part?: RulePoints) => number = (accrual, part) => (part ?? accrual).points,
): PointsPart[] {
  return accruals.flatMap((accrual): PointsPart[] => {
    const { wallet } = accrual;
    const dated = datedParts(accrual);
    const own = dated.map(
      (part): PointsPart => ({
        wallet,
        rule: part.rule,
        terms: part.terms ?? {},
        points: keptOf(accrual, part),
        rules: [part.rule],
      }),
    );
    const isAllDated = dated.length > 0 && dated.reduce((sum, { points }) => sum + points, 0) === accrual.points;
    if (isAllDated) return own;
    const rules = accrual.rules.filter((rule) => !dated.some((part) => part.rule === rule));
    const points = own.reduce((rest, part) => rest - part.points, keptOf(accrual));
    return [{ wallet, rule: null, terms: {}, points, rules }, ...own];
  });
}

export const decidedParts = ({ accruals }: Pick<Decision, "accruals">): PointsPart[] => partsOf(accruals);
