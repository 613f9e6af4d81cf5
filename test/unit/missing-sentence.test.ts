import { describe, expect, test } from "vitest";
import { amountText, missingSentence } from "../../src/tiers/missing-sentence.ts";

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
