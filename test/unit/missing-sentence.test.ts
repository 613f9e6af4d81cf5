import { describe, expect, test } from "vitest";
import { amountText, missingSentence, missingSentences } from "../../src/tiers/missing-sentence.ts";

describe("amountText", () => {
  test.each([
    [8300, "CNY", "83.00 CNY"],
    [1, "CNY", "0.01 CNY"],
    [0, "GBP", "0.00 GBP"],
    [-150, "GBP", "-1.50 GBP"],
    [500, "JPY", "500 JPY"],
    [1234, "KWD", "1.234 KWD"],
    [Number.MAX_SAFE_INTEGER, "GBP", "90071992547409.91 GBP"],
  ])("writes %i minor units of %s as %s", (amount, currency, text) => {
    expect(amountText(amount, currency)).toBe(text);
  });
});

describe("missingSentence", () => {
  const criterion = { metric: "spend", window: "365d", atLeast: 50000, value: 41700, missing: 8300 } as const;

  test("says what is missing in the unit of its metric", () => {
    expect(missingSentence(criterion, "gold", "CNY")).toBe("83.00 CNY to gold");
    expect(missingSentence({ ...criterion, metric: "orders", missing: 1 }, "silver", "CNY")).toBe("1 order to silver");
    expect(missingSentence({ ...criterion, metric: "points", wallet: "status", missing: 17 }, "gold", "CNY")).toBe(
      "17 points (status) to gold",
    );
    expect(missingSentence({ ...criterion, metric: "events", event: "review_written", missing: 2 }, "silver", "CNY")).toBe(
      "2 × review_written to silver",
    );
  });

  test("says nothing of what is met", () => {
    expect(missingSentence({ ...criterion, missing: 0 }, "gold", "CNY")).toBeNull();
  });
});

describe("missingSentences", () => {
  const criterion = (metric: "spend" | "orders" | "order_months" | "points", missing: number) => ({
    metric,
    window: "365d",
    atLeast: 10,
    value: 10 - missing,
    missing,
    ...(metric === "points" && { wallet: "status" }),
  });

  test.each([
    ["any", [criterion("spend", 5), criterion("orders", 2)], "0.05 CNY to keep silver or 2 orders to keep silver"],
    ["any", [criterion("spend", 5), criterion("orders", 0)], null],
    ["all", [criterion("spend", 5), criterion("orders", 2)], "0.05 CNY to keep silver and 2 orders to keep silver"],
    ["all", [criterion("spend", 5), criterion("orders", 0)], "0.05 CNY to keep silver"],
    ["all", [criterion("spend", 0), criterion("orders", 0)], null],
    ["all", [criterion("order_months", 1)], "1 month with an order to keep silver"],
    ["all", [criterion("order_months", 2)], "2 months with an order to keep silver"],
    ["all", [criterion("points", 1)], "1 point (status) to keep silver"],
  ] as const)("%s of %j", (requires, criteria, sentence) => {
    expect(missingSentences(requires, criteria, "keep silver", "CNY")).toBe(sentence);
  });
});
