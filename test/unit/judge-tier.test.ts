import { describe, expect, test } from "vitest";
import { judgeTier } from "../../src/tiers/review.ts";
import { programOf } from "../support/rules.ts";

const spend = (atLeast: number) => ({ any: [{ metric: "spend", window: "365d", atLeast }] });
const ladder = (retention: Record<string, unknown> = {}) =>
  programOf({
    tiers: [
      { id: "basic" },
      { id: "silver", qualification: spend(500), retention: { review: "year", ...retention } },
      { id: "gold", qualification: spend(1000), retention: { review: "year", ...retention } },
      { id: "vip", qualification: spend(5000), retention: { review: "year", all: [{ metric: "orders", window: "year", atLeast: 2 }] } },
    ],
  }).definition;

type Change = { spent: number; orders?: number; retention?: Record<string, unknown>; isGraceOver?: boolean; isToQualified?: boolean };
function judge(tier: string, { spent, orders = 0, retention, isGraceOver = false, isToQualified = false }: Change) {
  const values: Record<string, number> = { "spend@365d": spent, "orders@year": orders };
  const { outcome, to } = judgeTier(ladder(retention), { tier, isToQualified, isGraceOver, sums: (key) => values[key] ?? 0 });
  return [outcome, to];
}

describe("judgeTier", () => {
  test("who has what the qualification asks for keeps the tier, to the unit", () => {
    expect(judge("gold", { spent: 1000 })).toEqual(["kept", "gold"]);
    expect(judge("gold", { spent: 999 })).toEqual(["downgraded", "silver"]);
  });

  test("one step is one step, whatever the member qualifies for", () => {
    expect(judge("gold", { spent: 0 })).toEqual(["downgraded", "silver"]);
    expect(judge("silver", { spent: 0 })).toEqual(["downgraded", "basic"]);
  });

  test("to what is qualified may be several steps, and none leaves the member where they are", () => {
    expect(judge("gold", { spent: 0, retention: { downgrade: "to_qualified" } })).toEqual(["downgraded", "basic"]);
    expect(judge("gold", { spent: 500, retention: { downgrade: "to_qualified" } })).toEqual(["downgraded", "silver"]);
    expect(judge("gold", { spent: 0, retention: { downgrade: "none" } })).toEqual(["spared", "gold"]);
  });

  test("the grace comes first", () => {
    const retention = { graceDays: 30 };
    expect(judge("gold", { spent: 0, retention })).toEqual(["grace", "silver"]);
    expect(judge("gold", { spent: 0, retention, isGraceOver: true })).toEqual(["downgraded", "silver"]);
    expect(judge("gold", { spent: 1000, retention, isGraceOver: true })).toEqual(["kept", "gold"]);
  });

  test("a retention of its own stands apart from the qualification", () => {
    expect(judge("vip", { spent: 0, orders: 2 })).toEqual(["kept", "vip"]);
    expect(judge("vip", { spent: 9999, orders: 1 })).toEqual(["downgraded", "gold"]);
  });

  test("who qualifies for more goes up", () => {
    expect(judge("basic", { spent: 1000 })).toEqual(["upgraded", "gold"]);
    expect(judge("basic", { spent: 0 })).toEqual(["kept", "basic"]);
  });

  test("a tier that was given for a time gives way to what is qualified", () => {
    expect(judge("vip", { spent: 500, isToQualified: true })).toEqual(["downgraded", "silver"]);
    expect(judge("silver", { spent: 500, isToQualified: true })).toEqual(["kept", "silver"]);
    expect(judge("silver", { spent: 1000, isToQualified: true })).toEqual(["upgraded", "gold"]);
  });
});
