import type { ProgramDefinition } from "../programs/definition.ts";
import { compileEarning, type Earning } from "./accrue.ts";
import { byTurn, type CompiledRule } from "./compiled-rule.ts";
import { type BenefitsByTier, compileTiers } from "./tier-benefits.ts";

/** What all orders of a rule-set version share. Rules are in the order of their turns. */
export type RuleSet = {
  version: number;
  timeZone: string;
  tiers: BenefitsByTier;
  earning: Earning;
  rules: readonly CompiledRule[];
  /** Those that only take the shipping off: they go last, after the tier's own. */
  shippingRules: readonly CompiledRule[];
};

export function compileRuleSet(definition: ProgramDefinition, version: number, rules: readonly CompiledRule[]): RuleSet {
  const byStage = Object.groupBy([...rules].sort(byTurn), ({ stage }) => (stage === "shipping" ? "last" : "first"));
  return {
    version,
    timeZone: definition.timeZone,
    tiers: compileTiers(definition),
    earning: compileEarning(definition),
    rules: byStage.first ?? [],
    shippingRules: byStage.last ?? [],
  };
}
