import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { LoyaltyError } from "../../src/core/errors.ts";
import { parseProgram } from "../../src/programs/compile.ts";
import { programJsonSchema } from "../../src/programs/json-schema.ts";
import { programInput, programOf } from "../support/rules.ts";

function problemsOf(input: unknown) {
  try {
    parseProgram(input);
  } catch (error) {
    if (error instanceof LoyaltyError && error.code === "program_invalid")
      return error.errors.map(({ pointer, code }) => `${pointer} ${code}`);
    throw error;
  }
  return [];
}

const effects = [{ kind: "bonus_points", wallet: "points", points: 1 }];

describe("parseProgram refuses", () => {
  test.each([
    ["what is no program", 7, [" invalid_type"]],
    ["a field that is missing", { ...programInput(), currency: undefined }, ["/currency invalid_type"]],
    ["a field that there is not", programInput({ curency: "CNY", "a/b": 1 }), ["/curency unrecognized_keys", "/a~1b unrecognized_keys"]],
    ["a currency that there is not", programInput({ currency: "XQX" }), ["/currency unknown_currency"]],
    ["a time zone that there is not", programInput({ timeZone: "Asia/Shangai" }), ["/timeZone unknown_time_zone"]],
    [
      "a multiplier with five decimals",
      programInput({ tiers: [{ id: "a", benefits: { multiplier: 1.00001 } }] }),
      ["/tiers/0/benefits/multiplier custom"],
    ],
    [
      "an effect that there is not",
      programInput({ rules: [{ id: "a", effects: [{ kind: "gold_bar" }] }] }),
      ["/rules/0/effects/0/kind invalid_union"],
    ],
    [
      "a float for points",
      programInput({ rules: [{ id: "a", effects: [{ kind: "bonus_points", wallet: "points", points: 1.5 }] }] }),
      ["/rules/0/effects/0/points invalid_type"],
    ],
    [
      "a criterion with a wrong window",
      programInput({ tiers: [{ id: "a" }, { id: "b", qualification: { any: [{ metric: "spend", window: "week", atLeast: 1 }] } }] }),
      ["/tiers/1/qualification/any/0/window invalid_format"],
    ],
    [
      "an expiry that it cannot read",
      programInput({ wallets: [{ id: "points", expiry: "12 months" }] }),
      ["/wallets/0/expiry invalid_format"],
    ],
    [
      "an extension of points that do not expire",
      programInput({ wallets: [{ id: "points", extendedBy: "activity" }] }),
      ["/wallets/0/extendedBy extended_without_expiry"],
    ],
    [
      "terms for points that say nothing, or for no points",
      programInput({
        rules: [
          { id: "a", pointsTerms: {}, effects },
          { id: "b", pointsTerms: { expiry: "P1D" }, effects: [{ kind: "free_shipping" }] },
          { id: "c", pointsTerms: { expiry: "P1D" }, effects: [{ kind: "points_multiplier", multiplier: 0.5 }] },
        ],
      }),
      ["/rules/0/pointsTerms says_nothing", "/rules/1/pointsTerms terms_without_points", "/rules/2/pointsTerms terms_of_fewer_points"],
    ],
    [
      "ids that stand twice",
      programInput({
        wallets: [{ id: "points" }, { id: "points" }],
        tiers: [{ id: "a" }, { id: "a" }],
        rules: [
          { id: "r", effects },
          { id: "s", effects },
          { id: "r", effects },
        ],
        earning: [
          { wallet: "points", points: 1, perAmount: 1 },
          { wallet: "points", points: 1, perAmount: 1 },
        ],
      }),
      ["/wallets/1/id repeated", "/earning/1/wallet repeated", "/tiers/1/id repeated", "/rules/2/id repeated"],
    ],
    [
      "wallets that there are not",
      programInput({
        earning: [{ wallet: "gold", points: 1, perAmount: 1 }],
        tiers: [{ id: "a" }, { id: "b", qualification: { all: [{ metric: "points", wallet: "gold", window: "year", atLeast: 1 }] } }],
        rules: [{ id: "r", effects: [...effects, { kind: "points_multiplier", wallet: "gold", multiplier: 2 }] }],
      }),
      [
        "/tiers/1/qualification/all/0/wallet unknown_wallet",
        "/earning/0/wallet unknown_wallet",
        "/rules/0/effects/1/wallet unknown_wallet",
      ],
    ],
    [
      "a qualification of the first tier",
      programInput({ tiers: [{ id: "a", qualification: { all: [{ metric: "orders", window: "year", atLeast: 1 }] } }] }),
      ["/tiers/0/qualification first_tier_qualification"],
    ],
    [
      "a first tier that could be lost, and a tier that nothing keeps",
      programInput({
        tiers: [
          { id: "a", retention: { review: "year", all: [{ metric: "orders", window: "year", atLeast: 1 }] } },
          { id: "b", retention: { review: "year" } },
        ],
      }),
      ["/tiers/0/retention first_tier_retention", "/tiers/1/retention retention_without_criteria"],
    ],
    [
      "a retention by a wallet that there is not",
      programInput({
        tiers: [
          { id: "a" },
          { id: "b", retention: { review: "year", any: [{ metric: "points", wallet: "gold", window: "year", atLeast: 1 }] } },
        ],
      }),
      ["/tiers/1/retention/any/0/wallet unknown_wallet"],
    ],
    [
      "a limit of a debt that nobody has",
      programInput({ wallets: [{ id: "points", clawback: "within_balance", debtLimit: 5 }] }),
      ["/wallets/0/debtLimit debt_limit_without_debt"],
    ],
    [
      "a rule that ends before it begins",
      programInput({ rules: [{ id: "r", from: "2026-01-02T00:00:00Z", until: "2026-01-02T08:00:00+08:00", effects }] }),
      ["/rules/0/until until_before_from"],
    ],
  ])("%s", (_, input, problems) => {
    expect(problemsOf(input)).toEqual(problems);
  });
});

describe("the example programs", () => {
  const files = readdirSync(new URL("../../examples/programs/", import.meta.url)).filter((name) => name.endsWith(".yaml"));

  test.each(files)("%s is a program, named after its file", (name) => {
    const text = readFileSync(new URL(`../../examples/programs/${name}`, import.meta.url), "utf8");

    expect(parseProgram(parse(text)).id).toBe(name.replace(".yaml", ""));
  });
});

test("a program compiles with the windows of its tiers, each once", () => {
  const spend = { metric: "spend", window: "365d", atLeast: 1 };
  const points = { metric: "points", wallet: "points", window: "lifetime", atLeast: 1 };
  const tiers = [{ id: "a" }, { id: "b", qualification: { any: [spend, points] } }, { id: "c", qualification: { all: [spend] } }];

  expect(programOf({ tiers }).windows).toEqual([
    { key: "spend@365d", metric: "spend", window: "365d" },
    { key: "points:points@lifetime", metric: "points:points", window: "lifetime" },
  ]);
});

test("the JSON Schema is that of the file: fields with defaults may be left out", () => {
  const schema = programJsonSchema();

  expect(schema).toMatchObject({ $schema: "https://json-schema.org/draft/2020-12/schema", title: "Loyalty program" });
  expect(JSON.stringify(schema)).toContain('"required":["id","name","currency","timeZone","wallets","tiers"]');
});
