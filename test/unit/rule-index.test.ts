import { describe, expect, test } from "vitest";
import type { CompiledRule } from "../../src/rules/compiled-rule.ts";
import type { DemandedField } from "../../src/rules/index/demands.ts";
import { RuleIndex } from "../../src/rules/index/rule-index.ts";
import type { DemandFacts } from "../../src/rules/index/ruled-out.ts";
import type { Turn } from "../../src/rules/lanes/turns.ts";

type Terms = Partial<Pick<CompiledRule, "isPaused" | "from" | "until">> & {
  demands?: Partial<Record<DemandedField, string[]>>;
  tiers?: string[];
};

const VALUES: DemandFacts["values"] = { sku: [], category: [], channel: [], tier: ["regular"], country: [], pricing: ["engine"] };
const factsOf = (values: Partial<DemandFacts["values"]> = {}, instant = 0): DemandFacts => {
  const all = { ...VALUES, ...values };
  return { instant, tier: all.tier[0] ?? "", lineCount: 1, values: all };
};

/** An index over rules of which `looks` names those that a look has touched. */
function indexOf(terms: Record<string, Terms>) {
  const looked: string[] = [];
  const rules = Object.entries(terms).map(([id, { demands = {}, tiers, isPaused = false, from = null, until = null }]) => {
    const rule = {
      id,
      from,
      until,
      demands: Object.entries(demands).map(([field, values]) => ({ field, values: new Set(values), part: null })),
      audience: tiers === undefined ? null : { tiers },
      get isPaused() {
        looked.push(id);
        return isPaused;
      },
    };
    return rule as unknown as CompiledRule;
  });
  const index = new RuleIndex(rules.map((rule) => ({ stage: "price", rule })));
  const found = (facts: DemandFacts) => index.turnsFor(facts).map((turn) => ("rule" in turn ? turn.rule.id : "a lane"));
  return {
    found,
    /** What is looked at once the span is known, and what of that is found. */
    looks(facts: DemandFacts) {
      found(facts);
      looked.length = 0;
      const ids = found(facts);
      return { found: ids, looked: [...looked].sort() };
    },
    looked,
  };
}

describe("rules that an order may meet", () => {
  test("are found by the texts that they demand, and no others are looked at", () => {
    const { looks } = indexOf({
      any: {},
      web: { demands: { channel: ["web"] } },
      app: { demands: { channel: ["app", "tablet"] } },
      shoes: { demands: { category: ["shoes"] } },
    });
    expect(looks(factsOf({ channel: ["web"] }))).toEqual({ found: ["any", "web"], looked: ["any", "web"] });
    expect(looks(factsOf({ channel: ["tablet"], category: ["shoes", "socks"] }))).toEqual({
      found: ["any", "app", "shoes"],
      looked: ["any", "app", "shoes"],
    });
    expect(looks(factsOf())).toEqual({ found: ["any"], looked: ["any"] });
  });

  test("keep their places, however they were found", () => {
    const { found } = indexOf({ last: { demands: { sku: ["a"] } }, any: {}, first: { demands: { channel: ["web"] } } });
    expect(found(factsOf({ sku: ["a"], channel: ["web"] }))).toEqual(["last", "any", "first"]);
  });

  test.each<[DemandedField, DemandedField[]]>([
    ["sku", ["category", "channel", "tier", "country", "pricing"]],
    ["category", ["channel", "tier", "country", "pricing"]],
    ["channel", ["tier", "country", "pricing"]],
    ["tier", ["country", "pricing"]],
    ["country", ["pricing"]],
  ])("that demand %s are found by it before %j", (rare, common) => {
    for (const other of common) {
      const { looks } = indexOf({ both: { demands: { [other]: ["x"], [rare]: ["y"] } } });
      expect(looks(factsOf({ [rare]: ["z"], [other]: ["x"] })).looked).toEqual([]);
      expect(looks(factsOf({ [rare]: ["y"], [other]: ["z"] }))).toEqual({ found: [], looked: ["both"] });
      expect(looks(factsOf({ [rare]: ["y"], [other]: ["x"] }))).toEqual({ found: ["both"], looked: ["both"] });
    }
  });

  test("for some tiers are found by the tier, unless they demand something rarer", () => {
    const { looks } = indexOf({ golden: { tiers: ["gold", "vip"] }, both: { tiers: ["gold"], demands: { channel: ["web"] } } });
    expect(looks(factsOf())).toEqual({ found: [], looked: [] });
    expect(looks(factsOf({ tier: ["vip"] }))).toEqual({ found: ["golden"], looked: ["golden"] });
    expect(looks(factsOf({ channel: ["web"] }))).toEqual({ found: [], looked: ["both"] });
    expect(looks(factsOf({ channel: ["web"], tier: ["gold"] }))).toEqual({ found: ["golden", "both"], looked: ["both", "golden"] });
  });
});

describe("rules out of their time", () => {
  test("are not looked at once their span is known: they hold their first instant and not their last", () => {
    const { looks } = indexOf({
      any: {},
      paused: { isPaused: true },
      from: { from: 10 },
      until: { until: 20 },
      both: { from: 10, until: 20 },
    });
    const at = (instant: number) => looks(factsOf({}, instant));
    expect(at(9)).toEqual({ found: ["any", "until"], looked: ["any", "until"] });
    expect(at(10)).toEqual({ found: ["any", "from", "until", "both"], looked: ["any", "both", "from", "until"] });
    expect(at(19)).toEqual({ found: ["any", "from", "until", "both"], looked: ["any", "both", "from", "until"] });
    expect(at(20)).toEqual({ found: ["any", "from"], looked: ["any", "from"] });
    expect(at(1_000)).toEqual({ found: ["any", "from"], looked: ["any", "from"] });
  });

  test("are told apart anew for each span, of which the last sixteen are kept", () => {
    const spans = 18;
    const rules = Object.fromEntries(Array.from({ length: spans }, (_, n) => [`r${n}`, { from: n * 10, until: n * 10 + 10 }]));
    const { found, looked } = indexOf(rules);
    /** How many rules are looked at; the making of a span looks at all of them. */
    const looksAt = (instant: number) => {
      looked.length = 0;
      expect(found(factsOf({}, instant))).toEqual([`r${Math.floor(instant / 10)}`]);
      return looked.length;
    };
    for (let n = 0; n < 17; n += 1) expect(looksAt(n * 10)).toBe(spans + 1);
    // The first of seventeen is forgotten, the second is not, wherever in it the instant is.
    expect(looksAt(10)).toBe(1);
    expect(looksAt(19)).toBe(1);
    expect(looksAt(0)).toBe(spans + 1);
    expect(looksAt(10)).toBe(spans + 1);
    expect(looksAt(160)).toBe(1);
  });
});

describe("rules of a lane", () => {
  const rule = (id: string, channel?: string) =>
    ({
      id,
      isPaused: false,
      from: null,
      until: null,
      audience: null,
      demands: channel === undefined ? [] : [{ field: "channel", values: new Set([channel]), part: null }],
    }) as unknown as CompiledRule;
  const lane = (id: string, rules: CompiledRule[]) => ({ stage: "price", lane: { id, winner: "first" }, rules }) as unknown as Turn;
  const shown = (turns: Turn[]) =>
    turns.map((turn) => ("rule" in turn ? turn.rule.id : { [turn.lane.id]: turn.rules.map(({ id }) => id) }));

  test("stay together in their turn, as far as the order may meet them", () => {
    const index = new RuleIndex([
      lane("one", [rule("a"), rule("b", "web"), rule("c")]),
      lane("two", [rule("d", "web")]),
      { stage: "price", rule: rule("e") },
      lane("three", [rule("f"), rule("g", "app")]),
    ]);
    expect(shown(index.turnsFor(factsOf({ channel: ["web"] })))).toEqual([{ one: ["a", "b", "c"] }, { two: ["d"] }, "e", { three: ["f"] }]);
    expect(shown(index.turnsFor(factsOf({ channel: ["app"] })))).toEqual([{ one: ["a", "c"] }, "e", { three: ["f", "g"] }]);
  });
});
