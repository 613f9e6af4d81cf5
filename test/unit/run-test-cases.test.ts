import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { LoyaltyError } from "../../src/core/errors.ts";
import { parseProgram } from "../../src/programs/compile.ts";
import { diffPrograms } from "../../src/programs/diff.ts";
import { runTestCases } from "../../src/programs/run-test-cases.ts";
import { exampleProgram, programInput, programOf } from "../support/rules.ts";

const PROGRAM = {
  tiers: [{ id: "regular" }, { id: "gold", benefits: { multiplier: 2, discountPercent: 5 } }],
  rules: [
    { id: "eighth", when: "local.day == 8", effects: [{ kind: "discount_amount", amount: 1500 }] },
    { id: "welcome", when: 'member.tier == "gold"', effects: [{ kind: "bonus_points", wallet: "points", points: 7 }] },
    { id: "web", when: 'order.channel == "web"', effects: [{ kind: "free_shipping" }] },
  ],
};
/** 300 yuan on the 8th: 285 after gold's 5 %, 270 after 15 off, 2 × 270 + 7 points. */
const GOLD = {
  name: "gold on the 8th",
  member: { tier: "gold" },
  at: "2026-03-08T00:00:00+08:00",
  order: { shipping: 1000, channel: "web", lines: [{ sku: "shoes", unitPrice: 30_000 }] },
};
const RIGHT = {
  discount: 3000,
  net: 27_000,
  shipping: 0,
  payable: 27_000,
  points: { points: 547 },
  effects: [{ kind: "free_shipping", amount: 1000 }],
  matched: ["eighth", "tier:gold"],
  notMatched: [],
};

const failures = (...tests: Record<string, unknown>[]) =>
  [...runTestCases(programOf({ ...PROGRAM, tests }))].flat().map(({ pointer, code, detail }) => `${pointer} ${code} ${detail}`);

describe("a test case", () => {
  test("passes where the decision is what it expects", () => {
    expect(failures({ ...GOLD, expect: RIGHT })).toEqual([]);
  });

  test.each([
    [{ discount: 2999 }, "discount", "expected 2999, got 3000: gross 30000, tier:gold −1500, eighth −1500"],
    [{ net: 1 }, "net", "expected 1, got 27000: gross 30000, tier:gold −1500, eighth −1500"],
    [{ shipping: 1 }, "shipping", "expected 1, got 0: free_shipping (rule web, label web, amount 1000)"],
    [{ points: { points: 548 } }, "points/points", "expected 548, got 547: base 27000, tier:gold ×2, welcome +7"],
    [{ effects: [] }, "effects", "expected no effect, got free_shipping (rule web, label web, amount 1000)"],
    [
      { effects: [{ kind: "free_shipping", amount: 999 }] },
      "effects",
      "expected free_shipping (amount 999), got free_shipping (rule web, label web, amount 1000)",
    ],
    [{ notMatched: ["welcome"] }, "notMatched/0", "welcome applied: kind bonus_points, wallet points, points 7"],
  ])("fails at %o", (expected, at, detail) => {
    expect(failures({ ...GOLD, expect: RIGHT }, { ...GOLD, name: "wrong", expect: { ...RIGHT, ...expected } })).toEqual([
      `/tests/1/expect/${at} test_failed wrong: ${detail}`,
    ]);
  });

  test("says why a rule did not apply", () => {
    const off = { ...GOLD, member: {}, at: "2026-03-07T23:59:59+08:00", expect: { matched: ["eighth", "tier:gold"] } };

    expect(failures(off)).toEqual([
      '/tests/0/expect/matched/0 test_failed gold on the 8th: eighth did not apply: condition, part local.day == 8, values {"local.day":"7"}',
      "/tests/0/expect/matched/1 test_failed gold on the 8th: tier:gold did not apply: it was not judged",
    ]);
  });

  test("fails at its order where the rules refuse the cart", () => {
    const huge = { ...GOLD, order: { lines: [{ quantity: 2, unitPrice: Number.MAX_SAFE_INTEGER }] }, expect: { net: 1 } };

    expect(failures(huge)).toEqual([
      "/tests/0/order test_failed gold on the 8th: An amount or a number of points leaves the range of exact integers",
    ]);
  });

  test("takes orders priced by the shop and attributes of the member", () => {
    const rules = [{ id: "vip", when: "member.attributes.vip == true", effects: [{ kind: "bonus_points", wallet: "points", points: 1 }] }];
    const paid = {
      name: "paid",
      member: { attributes: { vip: true } },
      at: "2026-03-08T00:00:00Z",
      order: { pricing: "asPaid", lines: [{ line: 7, unitPrice: 1000, paid: 900, tax: 100 }] },
      expect: { net: 900, discount: 100, points: { points: 9 }, matched: ["vip"] },
    };

    expect([...runTestCases(programOf({ rules, tests: [paid] }))]).toEqual([[]]);
  });
});

test("test cases that cannot be run are refused with the pointer", () => {
  const tests = [
    { ...GOLD, member: { tier: "silver" }, expect: {} },
    { ...GOLD, expect: { points: { miles: 1 }, matched: ["no-rule"], notMatched: ["tier:vip"] } },
    {
      ...GOLD,
      name: "lines",
      order: {
        lines: [
          { line: 2, unitPrice: 1, tax: 2 },
          { unitPrice: 1, paid: 1 },
        ],
      },
      expect: { net: 1 },
    },
  ];

  let refused: unknown;
  try {
    parseProgram(programInput({ ...PROGRAM, tests }));
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(LoyaltyError);
  expect((refused as LoyaltyError).errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
    "/tests/0/member/tier unknown_tier",
    "/tests/0/expect expects_nothing",
    "/tests/1/name repeated",
    "/tests/1/expect/points/miles unknown_wallet",
    "/tests/1/expect/matched/0 unknown_rule",
    "/tests/1/expect/notMatched/0 unknown_rule",
    "/tests/2/order/lines/0/tax tax_above_price",
    "/tests/2/order/lines/1 repeated",
    "/tests/2/order/lines/1/paid paid_and_pricing",
  ]);
});

describe("the example programs", () => {
  const files = readdirSync(new URL("../../examples/programs/", import.meta.url)).filter((name) => name.endsWith(".yaml"));

  test.each(files)("%s passes its own test cases", (name) => {
    const outcomes = [...runTestCases(exampleProgram(name.replace(".yaml", "")))];

    expect(outcomes.length).toBeGreaterThan(3);
    expect(outcomes.flat()).toEqual([]);
  });
});

test("the diff counts test cases in one line, and no change of a rule", () => {
  const withTests = (...tests: Record<string, unknown>[]) => parseProgram(programInput({ ...PROGRAM, tests }));
  const [kept, dropped] = [
    { ...GOLD, expect: { net: 1 } },
    { ...GOLD, name: "dropped", expect: { net: 1 } },
  ];

  expect(diffPrograms(withTests(kept, dropped), withTests({ ...kept, expect: { net: 2 } }, { ...kept, name: "new" }))).toEqual([
    "test cases: 1 added, 1 changed, 1 removed",
  ]);
  expect(diffPrograms(withTests(kept), withTests(kept))).toEqual([]);
});
