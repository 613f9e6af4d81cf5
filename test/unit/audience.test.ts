import { describe, expect, test } from "vitest";
import { LoyaltyError } from "../../src/core/errors.ts";
import { parseProgram } from "../../src/programs/compile.ts";
import { AT, cart, member, programInput, programOf, traceOf } from "../support/rules.ts";

const effects = [{ kind: "bonus_points", wallet: "points", points: 1 }];
const tiers = [{ id: "regular" }, { id: "gold" }, { id: "vip" }];
const programFor = (rule: Record<string, unknown>) => programOf({ tiers, rules: [{ id: "rule", effects, ...rule }] });

type Known = { tier?: string; segments?: string[] };
const traced = (rule: Record<string, unknown>, known: Known) =>
  traceOf(programFor(rule).decideOrder(member(known), cart([1000]), AT), "rule");

describe("a rule with an audience", () => {
  test.each<[Record<string, unknown>, Known, string | null]>([
    [{ tiers: ["gold", "vip"] }, { tier: "vip" }, null],
    [{ tiers: ["gold", "vip"] }, { tier: "regular" }, "tiers"],
    [{ segments: ["press", "staff"] }, { segments: ["early", "staff"] }, null],
    [{ segments: ["press", "staff"] }, { segments: ["early"] }, "segments"],
    [{ segments: ["no-such-list"] }, {}, "segments"],
    [{ exclude: { segments: ["staff"] } }, {}, null],
    [{ exclude: { segments: ["staff"] } }, { segments: ["press", "staff"] }, "exclude"],
    [{ tiers: ["gold"], segments: ["press"], exclude: { segments: ["staff"] } }, { tier: "gold", segments: ["press"] }, null],
    [{ tiers: ["gold"], segments: ["press"] }, { tier: "regular", segments: [] }, "tiers"],
  ])("%j, of %j: barred by %s", (audience, known, field) => {
    const trace = traced({ audience }, known);

    expect(trace.matched).toBe(field === null);
    expect(trace.reason).toEqual(field === null ? undefined : { kind: "not_in_audience", field });
  });

  test("is asked for it before schedule and condition", () => {
    const trace = traced({ audience: { tiers: ["gold"] }, when: "order.net > 90000", schedule: { daysOfMonth: [1] } }, {});

    expect(trace.reason).toEqual({ kind: "not_in_audience", field: "tiers" });
  });

  test.each([
    [{ tiers: ["gold"] }, false],
    [{ segments: ["press"] }, true],
    [{ exclude: { segments: ["press"] } }, true],
  ])("%j: the lists of a member are loaded: %s", (audience, readsSegments) => {
    expect(programFor({ audience }).readsSegments).toBe(readsSegments);
  });

  test.each([
    [{ tiers: ["gold", "platinum"] }, "/rules/0/audience/tiers/1", "unknown_tier"],
    [{}, "/rules/0/audience", "custom"],
    [{ segments: [] }, "/rules/0/audience/segments", "too_small"],
    [{ segments: ["Press!"] }, "/rules/0/audience/segments/0", "invalid_format"],
    [{ tiers: ["gold"], segment: ["press"] }, "/rules/0/audience/segment", "unrecognized_keys"],
  ])("is refused for %j", (audience, pointer, code) => {
    try {
      parseProgram(programInput({ tiers, rules: [{ id: "rule", effects, audience }] }));
    } catch (error) {
      expect(error).toBeInstanceOf(LoyaltyError);
      expect((error as LoyaltyError).errors).toMatchObject([{ pointer, code }]);
      return;
    }
    expect.fail("it was taken");
  });
});

describe("a condition on the lists of a member", () => {
  test("holds for who is on them", () => {
    expect(traced({ when: '"press" in member.segments' }, { segments: ["press"] }).matched).toBe(true);
    expect(traced({ when: '"press" in member.segments' }, { segments: ["staff"] })).toMatchObject({
      matched: false,
      reason: { kind: "condition", values: { "member.segments": "(1 items)" } },
    });
  });

  test.each([
    ['"press" in member.segments', true],
    ["member.segments.exists(s, s.startsWith('x'))", true],
    ['[member].exists(m, "press" in m.segments)', true],
    ["order.net > 1", false],
  ])("%s: they are loaded: %s", (when, readsSegments) => {
    expect(programFor({ when })).toMatchObject({ readsSegments, readsProfile: when.startsWith("[member]") });
  });
});
