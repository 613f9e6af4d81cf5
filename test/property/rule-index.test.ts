import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseProgram } from "../../src/programs/compile.ts";
import { compileRules } from "../../src/programs/compile-rules.ts";
import type { CartFacts } from "../../src/rules/decision.ts";
import { decideOrder } from "../../src/rules/evaluate.ts";
import { explainOrder } from "../../src/rules/index/explain.ts";
import { NOTHING_USED } from "../../src/rules/limits/counter.ts";
import { compileRuleSet, type RuleSet } from "../../src/rules/rule-set.ts";
import { cart, line, member, programInput } from "../support/rules.ts";

fc.configureGlobal({ numRuns: 1000 });

const CHANNELS = ["web", "app", "shop"];
const SKUS = ["a", "b", "c", "d"];
const CATEGORIES = ["shoes", "socks"];
const TIERS = ["regular", "gold", "vip"];
const INSTANTS = ["2026-03-01T00:00:00Z", "2026-03-10T00:00:00Z", "2026-03-20T00:00:00Z", "2026-03-30T00:00:00Z"];

const oneOf = (path: string, values: readonly string[]) =>
  fc.oneof(
    fc.constantFrom(...values).map((value) => `${path} == "${value}"`),
    fc.constantFrom(...values).map((value) => `"${value}" == ${path}`),
    fc.subarray([...values], { minLength: 1 }).map((some) => `${path} in [${some.map((value) => `"${value}"`).join(", ")}]`),
  );
const part = fc.oneof(
  oneOf("order.channel", CHANNELS),
  oneOf("order.country", ["CN", "GB"]),
  oneOf("order.pricing", ["engine", "asPaid"]),
  oneOf("member.tier", TIERS),
  oneOf("l.sku", SKUS).map((condition) => `order.lines.exists(l, ${condition} && l.quantity > 1)`),
  oneOf("l.category", CATEGORIES).map((condition) => `order.lines.exists(l, ${condition})`),
  oneOf("l.sku", SKUS).map((condition) => `order.lines.all(l, ${condition})`),
  oneOf("order.channel", CHANNELS).map((condition) => `!(${condition})`),
  oneOf("order.channel", CHANNELS).map((condition) => `(${condition} || order.net > 5000)`),
  fc.constantFrom("order.net > 3000", 'order.attributes.vip == "yes"', "member.isFirstOrder"),
);
const lines = fc.oneof(
  oneOf("line.sku", SKUS),
  oneOf("line.category", CATEGORIES).map((condition) => `line.net > 10 && ${condition}`),
  fc.constant("line.quantity > 1"),
);
const effects = fc.oneof(
  fc.integer({ min: 1, max: 100 }).map((percent) => [{ kind: "discount_percent", percent }]),
  fc.integer({ min: 1, max: 9 }).map((points) => [{ kind: "bonus_points", wallet: "points", points }]),
  fc.integer({ min: 1, max: 900 }).map((amount) => [{ kind: "shipping_discount_amount", amount }]),
);
const rule = fc.record(
  {
    priority: fc.integer({ min: -2, max: 2 }),
    when: fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(" && ")),
    lines,
    effects,
    state: fc.constantFrom("active", "active", "active", "paused"),
    group: fc.constantFrom("x", "y"),
    lane: fc.constantFrom("first", "best", "all"),
    from: fc.constantFrom(...INSTANTS.slice(0, 2)),
    until: fc.constantFrom(...INSTANTS.slice(2)),
    audience: fc.oneof(
      fc.subarray(TIERS, { minLength: 1 }).map((tiers) => ({ tiers })),
      fc.constant({ segments: ["press"] }),
    ),
  },
  { requiredKeys: ["effects"] },
);
const rules = fc.array(rule, { maxLength: 25 }).map((all) => all.map((own, index) => ({ ...own, id: `r${index}` })));

const order: fc.Arbitrary<CartFacts> = fc
  .record({
    channel: fc.option(fc.constantFrom(...CHANNELS), { nil: undefined }),
    country: fc.option(fc.constantFrom("CN", "GB", "FR"), { nil: undefined }),
    pricing: fc.constantFrom("engine" as const, "engine" as const, "asPaid" as const),
    items: fc.array(
      fc.record({
        sku: fc.constantFrom(...SKUS, "other"),
        category: fc.option(fc.constantFrom(...CATEGORIES), { nil: undefined }),
        quantity: fc.integer({ min: 1, max: 3 }),
        unitPrice: fc.integer({ min: 0, max: 3000 }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  })
  .map(({ channel, country, pricing, items }) =>
    cart(
      items.map(({ sku, category, quantity, unitPrice }, index) =>
        line(index + 1, unitPrice, {
          sku,
          quantity,
          ...(category !== undefined && { category }),
          ...(pricing === "asPaid" && { paid: quantity * unitPrice }),
        }),
      ),
      { pricing, ...(channel !== undefined && { channel }), ...(country !== undefined && { country }) },
    ),
  );

/** The same rules twice: all of them asked one by one, and those that an order may meet found by the index. */
function ruleSetsOf(own: object[]): { linear: RuleSet; indexed: RuleSet } {
  const lanes = [{ id: "first", winner: "first" }, { id: "best", winner: "best_for_member" }, { id: "all" }];
  const definition = parseProgram(programInput({ tiers: TIERS.map((id) => ({ id })), lanes, rules: own }));
  const compiled = compileRules(definition).rules;
  return {
    linear: compileRuleSet(definition, 1, { rules: compiled }, { isIndexed: false }),
    indexed: compileRuleSet(definition, 1, { rules: compiled }),
  };
}

const moment = fc.constantFrom(...INSTANTS.flatMap((instant) => [Date.parse(instant) - 1, Date.parse(instant)])).map((ms) => new Date(ms));

describe("the index over rules", () => {
  test("changes no decision, and the explanation of what it leaves out is that of asking each rule", () => {
    fc.assert(
      fc.property(rules, fc.array(order, { minLength: 1, maxLength: 3 }), moment, fc.constantFrom(...TIERS), (own, orders, now, tier) => {
        const { linear, indexed } = ruleSetsOf(own);
        const asked = member({ tier, segments: tier === "vip" ? ["press"] : [] });
        for (const facts of orders) {
          const { trace, ...expected } = decideOrder(linear, asked, facts, { now, used: NOTHING_USED });
          const decision = decideOrder(indexed, asked, facts, { now, used: NOTHING_USED });
          const { trace: kept, at, ...decided } = decision;

          expect(decided).toEqual(expected);
          expect(at).toBe(now.toISOString());
          expect(kept.length).toBeLessThanOrEqual(trace.length);
          const stored = JSON.parse(JSON.stringify({ decision, facts }));
          expect(explainOrder(indexed, stored.decision, stored.facts)).toEqual(trace);
        }
      }),
    );
  });
});
