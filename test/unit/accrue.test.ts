import { describe, expect, test } from "vitest";
import { rational } from "../../src/core/fraction.ts";
import type { AppliedGrant, EarningLine } from "../../src/rules/accrual-extras.ts";
import { accrue, compileEarning } from "../../src/rules/accrue.ts";
import { programOf } from "../support/rules.ts";

const earningOf = (over: Record<string, unknown> = {}) => compileEarning(programOf(over).definition);
const one = earningOf();
const line = (number: number, base: number, units = 1): EarningLine => ({ line: number, base, units });
type More = Partial<Omit<AppliedGrant, "rule" | "grant">>;
const rate = (rule: string, points: number, per: number, more: More = {}): AppliedGrant => ({
  rule,
  grant: { grants: "rate", wallet: "points", perMinorUnit: rational(points, per) },
  lines: null,
  ...more,
});
const times = (rule: string, numerator: number, denominator = 1, more: More = {}): AppliedGrant => ({
  rule,
  grant: { grants: "multiplier", wallet: null, factor: rational(numerator, denominator), multiplier: `${numerator}/${denominator}` },
  lines: null,
  ...more,
});
const bonus = (rule: string, points: number, more: More = {}): AppliedGrant => ({
  rule,
  grant: { grants: "bonus", wallet: "points", points },
  lines: null,
  ...more,
});
const room = (points: number): More => ({ room: new Map([["points", points]]) });
const fraction = (numerator: number, denominator: number) => ({ numerator: String(numerator), denominator: String(denominator) });

describe("how a program earns", () => {
  test("is its rates and, of wallets that do not round down, how they do", () => {
    const wallets = [{ id: "a" }, { id: "b", rounding: "down" }, { id: "c", rounding: "up" }, { id: "d", rounding: "half_up" }];
    const { roundings, rates, wallets: ids } = earningOf({ wallets, earning: [{ wallet: "b", points: 3, perAmount: 600 }] });
    expect([[...roundings], ids]).toEqual([
      [
        ["c", "up"],
        ["d", "half_up"],
      ],
      ["a", "b", "c", "d"],
    ]);
    expect([...rates]).toEqual([["b", rational(1, 200)]]);
  });
});

describe("points of an order", () => {
  test("are computed once for lines that the same grants touch, and told by coefficient", () => {
    const lines = [line(3, 350), line(1, 100), line(2, 200)];
    const [accrual] = accrue(one, lines, [
      times("double", 2, 1, { lines: new Set([3, 1]) }),
      rate("more", 1, 100, { lines: new Set([2]) }),
    ]);
    expect(accrual).toEqual({
      wallet: "points",
      points: 13,
      coefficients: [{ lines: [1, 2, 3], perMinorUnit: fraction(1, 50) }],
      bonuses: [],
      rules: ["double", "more"],
    });
  });

  test("are none where nothing gives any, and none is told of", () => {
    expect(accrue(earningOf({ earning: [] }), [line(1, 100)], [])).toEqual([]);
    expect(accrue(earningOf({ earning: [] }), [line(1, 100)], [times("double", 2)])).toEqual([]);
    expect(accrue(earningOf({ earning: [] }), [], [bonus("gift", 5)])).toMatchObject([{ points: 5, rules: ["gift"], coefficients: [] }]);
  });
});

describe("points of a rule with a limit", () => {
  test("are computed by themselves and cut; the others are as without it", () => {
    const [accrual] = accrue(one, [line(1, 1_000)], [times("double", 2, 1, room(4)), bonus("gift", 3)]);
    expect(accrual).toEqual({
      wallet: "points",
      points: 10 + 3 + 4,
      coefficients: [{ lines: [1], perMinorUnit: fraction(1, 100) }],
      bonuses: [{ rule: "gift", points: 3 }],
      limited: [{ rule: "double", points: 4, atMost: 4, coefficients: [{ lines: [1], perMinorUnit: fraction(1, 100) }], bonuses: [] }],
      rules: ["gift", "double"],
    });
    const [uncut] = accrue(one, [line(1, 1_000)], [times("double", 2, 1, room(10))]);
    expect(uncut?.limited).toMatchObject([{ points: 10, atMost: 10 }]);
  });

  test("each adds to those before it, and one that is cut to nothing has no part", () => {
    const [accrual] = accrue(
      one,
      [line(1, 1_000)],
      [times("double", 2, 1, room(99)), times("triple", 3, 1, room(99)), bonus("none", 9, room(0))],
    );
    expect(accrual?.limited).toEqual([
      { rule: "double", points: 10, atMost: 99, coefficients: [{ lines: [1], perMinorUnit: fraction(1, 100) }], bonuses: [] },
      { rule: "triple", points: 40, atMost: 99, coefficients: [{ lines: [1], perMinorUnit: fraction(1, 25) }], bonuses: [] },
      { rule: "none", points: 0, atMost: 0, coefficients: [], bonuses: [{ rule: "none", points: 9 }] },
    ]);
    expect([accrual?.points, accrual?.rules]).toEqual([60, ["double", "triple"]]);
  });

  test("in another wallet than the limit's stand with all others", () => {
    const elsewhere = { room: new Map([["coins", 1]]) };
    const [accrual] = accrue(one, [line(1, 1_000)], [times("double", 2, 1, elsewhere)]);
    expect(accrual).toEqual({
      wallet: "points",
      points: 20,
      coefficients: [{ lines: [1], perMinorUnit: fraction(1, 50) }],
      bonuses: [],
      rules: ["double"],
    });
  });

  test("a factor below 1 takes points away, and nothing of that is cut; one of exactly 1 stands apart", () => {
    const [less] = accrue(one, [line(1, 1_000)], [times("half", 1, 2, room(1))]);
    expect([less?.points, less?.limited]).toEqual([5, undefined]);
    const [same] = accrue(one, [line(1, 1_000)], [times("same", 1, 1, room(1))]);
    expect([same?.points, same?.limited]).toEqual([10, undefined]);
    const [both] = accrue(one, [line(1, 1_000)], [times("same", 1, 1, room(7)), bonus("same", 2, room(7))]);
    expect(both?.limited).toMatchObject([{ rule: "same", points: 2, atMost: 7 }]);
  });

  test("a rate and a bonus of one rule are one part; its lines are those it touches", () => {
    const grants = [rate("more", 1, 50, { ...room(50), lines: new Set([2]) }), bonus("more", 7, room(50))];
    const [accrual] = accrue(one, [line(1, 1_000), line(2, 500)], grants);
    expect(accrual?.limited).toEqual([
      {
        rule: "more",
        points: 17,
        atMost: 50,
        coefficients: [{ lines: [2], perMinorUnit: fraction(1, 50) }],
        bonuses: [{ rule: "more", points: 7 }],
      },
    ]);
    expect(accrual?.points).toBe(15 + 17);
  });
});

describe("points of a rule with terms of its own", () => {
  test("are a part by themselves that says them, without a limit", () => {
    const [accrual] = accrue(one, [line(1, 1_000)], [bonus("dated", 5, { terms: { expiry: "P30D" }, room: new Map() })]);
    expect(accrual?.limited).toEqual([
      { rule: "dated", points: 5, terms: { expiry: "P30D" }, coefficients: [], bonuses: [{ rule: "dated", points: 5 }] },
    ]);
    expect(accrual?.limited?.[0]).not.toHaveProperty("atMost");
  });

  test("that come to nothing are left out", () => {
    const nothing: AppliedGrant = {
      rule: "none",
      grant: { grants: "quantity", wallet: "points", points: 5, perQuantity: 3 },
      lines: null,
      terms: {},
    };
    const [accrual] = accrue(one, [line(1, 1_000, 2)], [nothing]);
    expect([accrual?.points, accrual?.limited]).toEqual([10, undefined]);
  });
});
