import { describe, expect, test } from "vitest";
import type { CompiledProgram } from "../../src/programs/compiled.ts";
import type { CartFacts } from "../../src/rules/decision.ts";
import { keptNet, keptPoints } from "../../src/rules/kept.ts";
import { tierProgress } from "../../src/tiers/progress.ts";
import { qualifiedTier } from "../../src/tiers/qualification.ts";
import { AT, cart, exampleProgram, line, member, pointsIn } from "../support/rules.ts";

/** Discount, net, points and shipping of one order of a member of that tier. */
function decided(program: CompiledProgram, tier: string, facts: CartFacts) {
  const decision = program.decideOrder(member({ tier }), facts, AT);
  const { discount, net, shipping } = decision.totals;
  return { discount, net, shipping, points: pointsIn(decision) };
}

const tierOf = (program: CompiledProgram, sums: Record<string, number>) => qualifiedTier(program.definition, (key) => sums[key] ?? 0);

describe("program A, activity-mall", () => {
  const mall = exampleProgram("activity-mall");

  test("case 1: 110 points each for a regular, silver by three orders of one calendar month", () => {
    expect(decided(mall, "regular", cart([10_000]))).toEqual({ discount: 0, net: 10_000, shipping: 1000, points: 110 });
    expect(tierOf(mall, { "orders@month": 2 })).toBe("regular");
    expect(tierOf(mall, { "orders@month": 3 })).toBe("silver");
    expect(decided(mall, "silver", cart([10_000]))).toEqual({ discount: 200, net: 9800, shipping: 1000, points: 117 });
  });

  test("case 2: percentages are rounded on each line", () => {
    const decision = mall.decideOrder(member({ tier: "silver" }), cart([1225, 1225, 1225, 1225]), AT);

    expect(decision.lines.map(({ discount }) => discount)).toEqual([25, 25, 25, 25]);
    expect(decision.totals).toMatchObject({ discount: 100, net: 4800, payable: 5800 });
    expect(pointsIn(decision)).toBe(57);
  });

  test("case 3: gold by 10 000 points accrued", () => {
    expect(decided(mall, "silver", cart([10_000]))).toMatchObject({ discount: 200, points: 117 });
    expect(tierOf(mall, { "points:points@lifetime": 9900 })).toBe("regular");
    expect(tierOf(mall, { "points:points@lifetime": 10_017 })).toBe("gold");
    expect(decided(mall, "gold", cart([12_345]))).toEqual({ discount: 617, net: 11_728, shipping: 1000, points: 234 });
  });

  test("case 4: vip by spend, or 1 fen short", () => {
    expect(decided(mall, "gold", cart([10_526]))).toEqual({ discount: 526, net: 10_000, shipping: 1000, points: 200 });
    expect(tierOf(mall, { "spend@lifetime": 10_000_000 })).toBe("vip");
    expect(decided(mall, "gold", cart([10_525]))).toEqual({ discount: 526, net: 9999, shipping: 1000, points: 199 });

    const sums = (key: string) => (key === "spend@lifetime" ? 9_999_999 : 0);
    expect(tierProgress(mall.definition, "gold", sums).next).toEqual({
      tier: "vip",
      requires: "all",
      criteria: [{ metric: "spend", window: "lifetime", atLeast: 10_000_000, value: 9_999_999, missing: 1 }],
    });
  });
});

describe("program B, spend-beauty", () => {
  const beauty = exampleProgram("spend-beauty");

  test.each([
    ["regular", 4999, 1000, 49],
    ["regular", 5000, 0, 50],
    ["regular", 40_001, 0, 400],
    ["silver", 2999, 1000, 29],
    ["silver", 3000, 0, 30],
    ["silver", 44_001, 0, 440],
    ["gold", 100, 0, 1],
  ])("case 6: %s, %d → shipping %d, %d points in both wallets", (tier, gross, shipping, points) => {
    const decision = beauty.decideOrder(member({ tier }), cart([gross]), AT);

    expect(decision.totals).toMatchObject({ discount: 0, net: gross, shipping });
    expect(decision.accruals.map((accrual) => [accrual.wallet, accrual.points])).toEqual([
      ["points", points],
      ["status", points],
    ]);
  });

  test("case 6: tiers by spend or by status points of 365 days", () => {
    expect(tierOf(beauty, { "spend@365d": 49_999 })).toBe("regular");
    expect(tierOf(beauty, { "spend@365d": 50_000 })).toBe("silver");
    expect(tierOf(beauty, { "points:status@365d": 500 })).toBe("silver");
    expect(tierOf(beauty, { "spend@365d": 100_000 })).toBe("gold");
  });

  test("case 10: the gold-only live event, and why not", () => {
    const live = cart([19_999], { channel: "gold-live" });
    expect(decided(beauty, "gold", live)).toEqual({ discount: 4000, net: 15_999, shipping: 0, points: 159 });

    const { totals, trace } = beauty.decideOrder(member({ tier: "silver" }), live, AT);
    expect(totals.discount).toBe(0);
    expect(trace.find(({ rule }) => rule === "gold-live")?.reason).toEqual({
      kind: "condition",
      part: 'member.tier == "gold"',
      values: { "member.tier": "silver" },
    });
  });
});

describe("program B with 满减 300 − 50", () => {
  const beauty = exampleProgram("spend-beauty-300-50");
  const order = cart([10_000, 10_001, line(3, 4000, { quantity: 3 })]);

  test("case 8: shares, nets and points", () => {
    const decision = beauty.decideOrder(member(), order, AT);

    expect(decision.discounts).toEqual([
      {
        rule: "spend-300-get-50",
        label: "满300减50",
        amount: 5000,
        lines: [
          { line: 1, amount: 1562 },
          { line: 2, amount: 1563 },
          { line: 3, amount: 1875 },
        ],
      },
    ]);
    expect(decision.lines.map(({ net }) => net)).toEqual([8438, 8438, 10_125]);
    expect(decision.totals).toMatchObject({ net: 27_001, shipping: 0 });
    expect(pointsIn(decision)).toBe(270);
  });

  test("case 8: line 3 returned unit by unit, then the rest", () => {
    const decision = beauty.decideOrder(member(), order, AT);
    const [accrual] = decision.accruals;
    const kept = (returned: Record<number, number>) => {
      const byLine = new Map(
        decision.lines.map(({ line: number, base }) => {
          const [quantity, gone] = [number === 3 ? 3 : 1, returned[number] ?? 0];
          return [number, { base: keptNet(base, quantity, gone), units: quantity - gone }];
        }),
      );
      const net = [...byLine.values()].reduce((sum, { base }) => sum + base, 0);
      const share = { keptNet: net, net: decision.totals.net, isAnythingKept: net > 0 };
      return [net, accrual && keptPoints(accrual, byLine, share)];
    };

    expect([kept({}), kept({ 3: 1 }), kept({ 3: 2 }), kept({ 3: 3 }), kept({ 1: 1, 2: 1, 3: 3 })]).toEqual([
      [27_001, 270],
      [23_626, 236],
      [20_251, 202],
      [16_876, 168],
      [0, 0],
    ]);
  });

  test("case 8: 65 000 loses 5000 once, or 10 000 per each 300", () => {
    const perEach = exampleProgram("spend-beauty-300-50", (file) => {
      const rules = file.rules as { id: string; effects: { repeat: boolean }[] }[];
      for (const { id, effects } of rules) if (id === "spend-300-get-50") for (const effect of effects) effect.repeat = true;
    });

    expect(decided(beauty, "regular", cart([65_000])).discount).toBe(5000);
    expect(decided(perEach, "regular", cart([65_000])).discount).toBe(10_000);
  });
});

describe("program C, plus-membership", () => {
  const plus = exampleProgram("plus-membership");
  const onMemberDay = new Date("2026-08-07T16:00:00Z");
  const after = new Date("2026-08-08T16:00:00Z");

  test.each([
    [33_333, onMemberDay, 8333, 25_000, 250],
    [33_332, onMemberDay, 3333, 29_999, 299],
    [33_333, after, 5000, 28_333, 283],
  ])("case 9: %d at %s → %d off, net %d, %d points, shipping 0", (gross, at, discount, net, points) => {
    const decision = plus.decideOrder(member({ tier: "basic", attributes: { plus: true } }), cart([gross]), at);

    expect(decision.totals).toMatchObject({ discount, net, shipping: 0 });
    expect(pointsIn(decision)).toBe(points);
  });
});
