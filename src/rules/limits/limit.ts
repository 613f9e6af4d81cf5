import type { RuleDefinition } from "../../programs/rule-definition.ts";
import type { BudgetDefinition, CapDefinition, LimitPeriod } from "./limit-definition.ts";

/** A cap, a budget or the stock of a gift, ready to be asked. `for: order` has no counter: it looks at one order alone. */
export type Limit = {
  kind: "cap" | "budget" | "stock";
  of: "points" | "money" | "uses" | "gifts";
  for: "order" | "member" | "program";
  /** Of points. */
  wallet: string | null;
  atMost: number;
  per: LimitPeriod | null;
  /** The field of the event's data for each of whose values it counts apart; null counts all together. */
  each: string | null;
  isRestored: boolean;
  /** Stays the same in later versions of the program for as long as rule, subject and period do, so that nothing used is forgotten. */
  key: string;
};

/** What a rule may give at most, and the stock of its gifts by SKU. */
export type RuleLimits = { limits: readonly Limit[]; stocks: ReadonlyMap<string, Limit> };

const keyOf = (rule: string, per: LimitPeriod | undefined, of: Limit["of"], ...subjects: (string | null)[]): string =>
  [rule, per ?? "life", of, ...subjects.filter((subject) => subject !== null)].join(" ");

/** Whether a counter is one of a rule's for what is counted, of whatever period. */
export function isCounterOf(key: string, { rule, of }: { rule: string; of: Limit["of"] }): boolean {
  const [ofRule, , counted] = key.split(" ");
  return ofRule === rule && counted === of;
}

function compileLimit(rule: string, definition: CapDefinition | BudgetDefinition, firstWallet: string): Limit {
  const { of, per, atMost, returns } = definition;
  const wallet = of === "points" ? (definition.wallet ?? firstWallet) : null;
  const each = "each" in definition ? (definition.each ?? null) : null;
  const [kind, scope] = "for" in definition ? (["cap", definition.for] as const) : (["budget", "program"] as const);
  return {
    kind,
    of,
    for: scope,
    wallet,
    atMost,
    per: per ?? null,
    each,
    isRestored: returns !== "keep",
    key: keyOf(rule, per, of, wallet, each === null ? null : `each:${each}`),
  };
}

function compileStocks({ id, effects }: RuleDefinition): Map<string, Limit> {
  const stocks = new Map<string, Limit>();
  for (const effect of effects) {
    if (effect.kind !== "gift" || effect.stock === undefined) continue;
    const { sku, stock: atMost, returns } = effect;
    const key = keyOf(id, undefined, "gifts", sku);
    const counted = { kind: "stock", of: "gifts", for: "program", wallet: null, per: null, each: null } as const;
    stocks.set(sku, { ...counted, atMost, isRestored: returns !== "keep", key });
  }
  return stocks;
}

export function compileLimits(rule: RuleDefinition, firstWallet: string): RuleLimits {
  const limits = [...(rule.caps ?? []), ...(rule.budgets ?? [])].map((definition) => compileLimit(rule.id, definition, firstWallet));
  return { limits, stocks: compileStocks(rule) };
}
