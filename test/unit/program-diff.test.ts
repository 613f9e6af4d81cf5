import { expect, test } from "vitest";
import { parseProgram } from "../../src/programs/compile.ts";
import { diffPrograms } from "../../src/programs/diff.ts";
import { programInput } from "../support/rules.ts";

const program = (over: Record<string, unknown> = {}) => parseProgram(programInput(over));
const double = (multiplier: number, over: Record<string, unknown> = {}) => ({
  id: "double",
  effects: [{ kind: "points_multiplier", multiplier }],
  ...over,
});

test("the same program changes nothing, whatever the order of its rules", () => {
  const rules = [double(2), { ...double(3), id: "triple" }];

  expect(diffPrograms(program({ rules }), program({ rules: rules.toReversed() }))).toEqual([]);
});

test("a new program", () => {
  expect(diffPrograms(null, program({ rules: [double(2)] }))).toEqual([
    "program test: created",
    "wallet points: added",
    "earning of points: added",
    "tier regular: added",
    "rule double: added",
  ]);
});

test("what changed, in words", () => {
  const before = program({
    rules: [double(2, { when: "order.net > 1" }), { id: "gone", effects: [{ kind: "free_shipping" }] }],
    tiers: [{ id: "regular" }, { id: "gold", qualification: { any: [{ metric: "spend", window: "year", atLeast: 100 }] } }, { id: "vip" }],
  });
  const after = program({
    name: "Renamed",
    earning: [{ wallet: "points", points: 2, perAmount: 100 }],
    wallets: [{ id: "points", expiry: "P12M" }, { id: "status" }],
    calendars: [{ id: "festival", dates: ["2027-02-06"] }],
    rules: [double(3, { when: "order.net > 2", group: "sale", schedule: { daysOfMonth: [8] } })],
    tiers: [{ id: "regular" }, { id: "vip" }, { id: "gold", qualification: { any: [{ metric: "spend", window: "year", atLeast: 200 }] } }],
  });

  expect(diffPrograms(before, after)).toEqual([
    "program: name Test → Renamed",
    "wallet points: expiry never → P12M",
    "wallet status: added",
    "earning of points: points 1 → 2",
    "tier gold: qualification any 1 atLeast 100 → 200",
    "tiers in the order regular, gold, vip → regular, vip, gold",
    "calendar festival: added",
    "rule gone: removed",
    "rule double: when order.net > 1 → order.net > 2",
    "rule double: multiplier 2 → 3",
    "rule double: group sale (new)",
    "rule double: schedule daysOfMonth 1 8 (new)",
  ]);
});
