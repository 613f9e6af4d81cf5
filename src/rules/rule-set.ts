import type { ProgramDefinition } from "../programs/definition.ts";
import { compileEarning, type Earning } from "./accrue.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import { type Turn, turnsOf } from "./lanes/turns.ts";
import { compileWorth, type PointsWorth } from "./lanes/worth.ts";
import { type BenefitsByTier, compileTiers } from "./tier-benefits.ts";

/** What all orders and events of a rule-set version share. */
export type RuleSet = {
  version: number;
  currency: string;
  timeZone: string;
  tiers: BenefitsByTier;
  earning: Earning;
  worth: PointsWorth;
  /** Of orders, in their order. */
  turns: readonly Turn[];
  /** Those that only take the shipping off: they go last, after the tier's own. */
  shippingTurns: readonly Turn[];
  /** Of events, by the event's type. */
  eventTurns: ReadonlyMap<string, readonly Turn[]>;
};

export function compileRuleSet(definition: ProgramDefinition, version: number, rules: readonly CompiledRule[]): RuleSet {
  const { "": ofOrders = [], ...byEvent } = Object.groupBy(rules, ({ on }) => on ?? "");
  const byStage = Object.groupBy(turnsOf(ofOrders), ({ stage }) => (stage === "shipping" ? "last" : "first"));
  return {
    version,
    currency: definition.currency,
    timeZone: definition.timeZone,
    tiers: compileTiers(definition),
    earning: compileEarning(definition),
    worth: compileWorth(definition),
    turns: byStage.first ?? [],
    shippingTurns: byStage.last ?? [],
    eventTurns: new Map(Object.entries(byEvent).map(([type, own = []]) => [type, turnsOf(own)])),
  };
}
