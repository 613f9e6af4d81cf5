import { describe, expect, test } from "vitest";
import { readSharedCode } from "../../src/coupons/code.ts";
import { type CouponCode, codeRefusal, countersOf, usesCounter } from "../../src/coupons/coupon-code.ts";
import { validityOfCodes } from "../../src/coupons/create-code.ts";
import { offeredCoupons } from "../../src/coupons/offered-coupons.ts";
import { unknownMember } from "../../src/members/member-state.ts";
import type { Counter } from "../../src/rules/limits/counter.ts";

const CODE: CouponCode = {
  code: "WELCOME50",
  coupon: "welcome",
  maxUses: 3,
  maxUsesPerMember: 2,
  validFrom: 10,
  validUntil: 20,
  isRevoked: false,
};
const used = (all: number, own: number) => ({ used: (counter: Counter) => (counter.for === "program" ? all : own) });

describe("a code that everybody may use", () => {
  test.each([
    ["Welcome-50", "WELCOME50"],
    [" w e l 5 ", "WEL5"],
    ["AB", null],
    ["A".repeat(41), null],
    ["ÄBC1", null],
    ["A_B_C", null],
    ["---", null],
  ])("%j is read as %j", (typed, code) => {
    expect(readSharedCode(typed)).toBe(code);
  });

  test.each([
    ["valid from its first instant", CODE, 10, used(0, 0), null],
    ["not before it", CODE, 9, used(0, 0), "not_started"],
    ["until its last", CODE, 19, used(2, 1), null],
    ["not after it", CODE, 20, used(0, 0), "expired"],
    ["never again once it is revoked", { ...CODE, isRevoked: true }, 15, used(0, 0), "revoked"],
    ["by one member as often as one may", CODE, 15, used(2, 2), "member_limit"],
    ["by all as often as all may", CODE, 15, used(3, 0), "used_up"],
    ["without a limit of one member by all", { ...CODE, maxUsesPerMember: null }, 15, used(2, 2), null],
  ])("is %s", (_, code, at, counters, reason) => {
    expect(codeRefusal(code, at, counters)).toBe(reason);
  });

  test("is counted for all and, where it says so, for each member; no rule's counter is like it", () => {
    expect(countersOf(CODE)).toEqual([
      { for: "member", key: "code:WELCOME50 life uses", period: "-infinity" },
      { for: "program", key: "code:WELCOME50 life uses", period: "-infinity" },
    ]);
    expect(countersOf({ ...CODE, maxUsesPerMember: null })).toEqual([usesCounter("WELCOME50")]);
  });

  test("stands behind a coupon of the member's that reads the same, and is named once in a cart", () => {
    const codes = new Map([[CODE.code, CODE]]);
    const own = { code: CODE.code, coupon: "own", validFrom: 0, validUntil: null, redeemed: null, revokedAt: null };
    const draft = { ...unknownMember(1, "ada"), codes };
    const offers = (coupons: Map<string, typeof own>) =>
      offeredCoupons({ ...draft, coupons } as never, ["welcome50", "WEL-COME50"], 15, used(0, 0)).map(
        ({ coupon, refused }) => coupon ?? refused,
      );

    expect(offers(new Map())).toEqual(["welcome", "repeated"]);
    expect(offers(new Map([[CODE.code, own]]))).toEqual(["own", "repeated"]);
  });

  test("ends with what the request says, or its coupon, and never after its coupon", () => {
    const at = Date.parse("2026-03-10T00:00:00Z");
    const daysOf = (definition: { until?: string; validFor?: string }, asked: { validFrom?: string; validUntil?: string }) => {
      const { validFrom, validUntil } = validityOfCodes({ id: "c", ...definition }, asked, { at, timeZone: "UTC" });
      return [validFrom, validUntil].map((instant) => (instant === null ? null : new Date(instant).toISOString().slice(5, 10)));
    };
    expect(daysOf({}, {})).toEqual(["03-10", null]);
    expect(daysOf({ validFor: "P7D" }, {})).toEqual(["03-10", "03-17"]);
    expect(daysOf({ validFor: "P7D" }, { validFrom: "2026-03-12T00:00:00Z" })).toEqual(["03-12", "03-19"]);
    expect(daysOf({ validFor: "P7D" }, { validUntil: "2026-05-01T00:00:00Z" })).toEqual(["03-10", "05-01"]);
    expect(daysOf({ until: "2026-04-01T00:00:00Z" }, { validUntil: "2026-05-01T00:00:00Z" })).toEqual(["03-10", "04-01"]);
    const made = validityOfCodes({ id: "c" }, {}, { at: at + 999, timeZone: "UTC" });
    expect(made).toEqual({ validFrom: at, validUntil: null });
    expect(() => daysOf({ until: "2026-03-10T00:00:00Z" }, {})).toThrow("All coupons of this kind have ended");
  });
});
