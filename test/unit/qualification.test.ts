import { describe, expect, test } from "vitest";
import { progressOf, tierProgress } from "../../src/tiers/progress.ts";
import { highestTier, qualifiedTier, windowKeys } from "../../src/tiers/qualification.ts";
import { programOf } from "../support/rules.ts";

const spend = (atLeast: number) => ({ metric: "spend", window: "365d", atLeast });
const orders = (atLeast: number) => ({ metric: "orders", window: "month", atLeast });
const points = (atLeast: number) => ({ metric: "points", wallet: "points", window: "lifetime", atLeast });

const { definition } = programOf({
  tiers: [
    { id: "basic" },
    { id: "silver", qualification: { any: [spend(500), orders(3)] } },
    { id: "friend" },
    { id: "gold", qualification: { all: [spend(1000), points(100)] } },
  ],
});

const sums = (values: Record<string, number>) => (key: string) => values[key] ?? 0;

describe("qualifiedTier", () => {
  test.each([
    [{}, "basic"],
    [{ "spend@365d": 499, "orders@month": 2 }, "basic"],
    [{ "spend@365d": 500 }, "silver"],
    [{ "orders@month": 3 }, "silver"],
    [{ "spend@365d": 1000, "points:points@lifetime": 99 }, "silver"],
    [{ "points:points@lifetime": 100 }, "basic"],
    [{ "spend@365d": 1000, "points:points@lifetime": 100 }, "gold"],
  ])("%j is %s", (values, tier) => {
    expect(qualifiedTier(definition, sums(values))).toBe(tier);
  });
});

test("windowKeys", () => {
  expect(windowKeys(definition).map(({ key }) => key)).toEqual(["spend@365d", "orders@month", "points:points@lifetime"]);
});

test.each([
  ["basic", "gold", "gold"],
  ["gold", "silver", "gold"],
  ["silver", "silver", "silver"],
  ["gone", "basic", "basic"],
  ["basic", "gone", "basic"],
])("the higher of %s and %s is %s", (a, b, higher) => {
  expect(highestTier(definition, a, b)).toBe(higher);
});

describe("tierProgress", () => {
  const values = sums({ "spend@365d": 417, "points:points@lifetime": 120 });

  test("says what is missing to each tier above that can be reached", () => {
    const progress = tierProgress(definition, "basic", values);

    expect(progress.next).toEqual({
      tier: "silver",
      requires: "any",
      criteria: [
        { metric: "spend", window: "365d", atLeast: 500, value: 417, missing: 83 },
        { metric: "orders", window: "month", atLeast: 3, value: 0, missing: 3 },
      ],
    });
    expect(progress.above.map(({ tier }) => tier)).toEqual(["silver", "gold"]);
    expect(progress.above[1]).toEqual({
      tier: "gold",
      requires: "all",
      criteria: [
        { metric: "spend", window: "365d", atLeast: 1000, value: 417, missing: 583 },
        { metric: "points", wallet: "points", window: "lifetime", atLeast: 100, value: 120, missing: 0 },
      ],
    });
  });

  test("of events names their type, and of each metric only what is its own", () => {
    const asked = { metric: "events", event: "review_written", window: "365d", atLeast: 3 } as const;
    expect(progressOf(asked, sums({ "events:review_written@365d": 1 }))).toStrictEqual({ ...asked, value: 1, missing: 2 });
    const spent = { metric: "spend", window: "365d", atLeast: 3 } as const;
    expect(progressOf(spent, sums({}))).toStrictEqual({ ...spent, value: 0, missing: 3 });
  });

  test("nothing at the top", () => {
    expect(tierProgress(definition, "gold", values)).toEqual({ tier: "gold", next: null, above: [] });
  });
});
