import type { ProgramDefinition } from "../programs/definition.ts";
import { compileEarning, type Earning } from "./accrue.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import type { CompiledCoupon } from "./coupon-turns.ts";
import { RuleIndex } from "./index/rule-index.ts";
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
  /** Those that carts can use, by id. */
  coupons: ReadonlyMap<string, CompiledCoupon>;
  /** Finds the rules that an order may meet; null where all are asked and kept in the trace. */
  index: { turns: RuleIndex; shippingTurns: RuleIndex } | null;
};

export function compileRuleSet(
  definition: ProgramDefinition,
  version: number,
  { rules, coupons = new Map() }: { rules: readonly CompiledRule[]; coupons?: RuleSet["coupons"] },
  { isIndexed = true } = {},
): RuleSet {
  const { "": ofOrders = [], ...byEvent } = Object.groupBy(rules, ({ on }) => on ?? "");
  const byStage = Object.groupBy(turnsOf(ofOrders), ({ stage }) => (stage === "shipping" ? "last" : "first"));
  const turns = byStage.first ?? [];
  const shippingTurns = byStage.last ?? [];
  return {
    version,
    currency: definition.currency,
    timeZone: definition.timeZone,
    tiers: compileTiers(definition),
    earning: compileEarning(definition),
    worth: compileWorth(definition),
    turns,
    shippingTurns,
    eventTurns: new Map(Object.entries(byEvent).map(([type, own = []]) => [type, turnsOf(own)])),
    coupons,
    index: isIndexed ? { turns: new RuleIndex(turns), shippingTurns: new RuleIndex(shippingTurns) } : null,
  };
}
