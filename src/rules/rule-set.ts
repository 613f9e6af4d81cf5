import type { ProgramDefinition } from "../programs/definition.ts";
import { compileEarning, type Earning } from "./accrue.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import { type Turn, turnsOf } from "./lanes/turns.ts";
import { compileWorth, type PointsWorth } from "./lanes/worth.ts";
import { type BenefitsByTier, compileTiers } from "./tier-benefits.ts";

/** What all orders of a rule-set version share. */
export type RuleSet = {
  version: number;
  timeZone: string;
  tiers: BenefitsByTier;
  earning: Earning;
  worth: PointsWorth;
  /** In their order. */
  turns: readonly Turn[];
  /** Those that only take the shipping off: they go last, after the tier's own. */
  shippingTurns: readonly Turn[];
};

export function compileRuleSet(definition: ProgramDefinition, version: number, rules: readonly CompiledRule[]): RuleSet {
  const byStage = Object.groupBy(turnsOf(rules), ({ stage }) => (stage === "shipping" ? "last" : "first"));
  return {
    version,
    timeZone: definition.timeZone,
    tiers: compileTiers(definition),
    earning: compileEarning(definition),
    worth: compileWorth(definition),
    turns: byStage.first ?? [],
    shippingTurns: byStage.last ?? [],
  };
}
