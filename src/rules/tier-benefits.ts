import { assert } from "../core/assert.ts";
import { equals, ONE, type Rational, rational } from "../core/fraction.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import type { RuleTrace } from "./decision.ts";
import type { EffectAction } from "./effects/action.ts";
import { discountPercent } from "./effects/discount-percent.ts";
import { BASIS_POINTS_ONE, multiplierBps } from "./effects/shared.ts";

/** What a tier gives with each order. It acts like a rule with the id `tier:<id>` that goes before all others. */
export type TierBenefits = {
  tier: string;
  rule: { id: string; label: string };
  discounts: readonly EffectAction[];
  /** null: points are not multiplied. */
  factor: Rational | null;
  multiplier: string;
  /** Net from which shipping is free; null is never. */
  freeShippingFrom: number | null;
};

export type BenefitsByTier = { of(tier: string): TierBenefits };

function compileTier({ id, name, benefits }: ProgramDefinition["tiers"][number]): TierBenefits {
  const { discountPercent: percent, multiplier, freeShippingFrom } = benefits;
  const factor = rational(multiplierBps(multiplier), BASIS_POINTS_ONE);
  return {
    tier: id,
    rule: { id: `tier:${id}`, label: name ?? id },
    discounts: percent > 0 ? [discountPercent.action({ kind: "discount_percent", percent })] : [],
    factor: equals(factor, ONE) ? null : factor,
    multiplier: `${multiplier}`,
    freeShippingFrom: freeShippingFrom ?? null,
  };
}

/** The benefits of each tier. A tier that this rule set does not have gives those of the first one. */
export function compileTiers({ tiers }: ProgramDefinition): BenefitsByTier {
  const byId = new Map(tiers.map((tier) => [tier.id, compileTier(tier)]));
  const [first] = byId.values();
  assert(first, "a program has at least one tier");
  return { of: (tier) => byId.get(tier) ?? first };
}

/** The trace of what a tier gave on price and points; its free shipping has an entry of its own. */
export function tierTrace({ rule, factor, multiplier }: TierBenefits, gave: RuleTrace["gave"]): RuleTrace {
  const multiplied = factor === null ? [] : [{ kind: "points_multiplier", multiplier }];
  return { rule: rule.id, label: rule.label, matched: true, gave: [...gave, ...multiplied] };
}
