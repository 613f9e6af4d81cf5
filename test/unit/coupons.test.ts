import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCouponCodes, readCouponCode } from "../../src/coupons/code.ts";
import type { CouponState } from "../../src/coupons/coupon.ts";
import { validityOf } from "../../src/coupons/issue-coupon.ts";
import { offeredCoupons } from "../../src/coupons/offered-coupons.ts";
import { releaseCoupons } from "../../src/coupons/redeem-coupons.ts";
import { revokeCoupon } from "../../src/coupons/revoke-coupon.ts";
import { MemberDraft } from "../../src/members/member-draft.ts";
import { unknownMember } from "../../src/members/member-state.ts";
import { parseProgram } from "../../src/programs/compile.ts";
import { diffPrograms } from "../../src/programs/diff.ts";
import { AT, cart, member, programInput, programOf } from "../support/rules.ts";

const origin = { memberId: "ada", coupon: "sorry", cause: "order", sourceId: "o-1", rule: "late", n: 0 };
const coder = createCouponCodes("a secret")(1);
const codes = fc.integer({ min: 0, max: 1_000_000 }).map((n) => coder({ ...origin, n }));

describe("a coupon's code", () => {
  test("is the same for the same origin, and another for any other program, secret or part of it", () => {
    const others = [
      coder({ ...origin, memberId: "bob" }),
      coder({ ...origin, coupon: "thanks" }),
      coder({ ...origin, cause: "event" }),
      coder({ ...origin, sourceId: "o-2" }),
      coder({ ...origin, rule: null }),
      coder({ ...origin, n: 1 }),
      createCouponCodes("a secret")(2)(origin),
      createCouponCodes("another")(1)(origin),
    ];

    expect(createCouponCodes("a secret")(1)(origin)).toBe(coder(origin));
    expect(new Set([coder(origin), ...others]).size).toBe(9);
  });

  test("has 16 characters and is read as it was made, however it is typed", () => {
    fc.assert(
      fc.property(codes, (code) => {
        const typed = (code.match(/.{4}/g) ?? []).join("-").toLowerCase();
        expect(code).toMatch(/^[2-9A-HJKMNP-RTV-Z]{16}$/);
        expect([readCouponCode(typed), readCouponCode(` ${code} `)]).toEqual([code, code]);
      }),
    );
  });
});

describe("a coupon is valid", () => {
  const at = (text: string): number => Date.parse(text);
  const validity = (definition: { from?: string; until?: string; validFor?: string }) => {
    const found = validityOf({ id: "c", ...definition }, at("2026-03-28T12:00:00Z"), "Europe/London");
    const text = (instant: number | null) => (instant === null ? null : new Date(instant).toISOString());
    return found && [text(found.validFrom), text(found.validUntil)];
  };

  test.each([
    ["from its issue on, for good", {}, ["2026-03-28T12:00:00.000Z", null]],
    ["for local days: the clock is moved in between", { validFor: "P7D" }, ["2026-03-28T12:00:00.000Z", "2026-04-04T11:00:00.000Z"]],
    [
      "from a later start on, and so long from there",
      { from: "2026-04-01T00:00:00Z", validFor: "P1M" },
      ["2026-04-01T00:00:00.000Z", "2026-05-01T00:00:00.000Z"],
    ],
    [
      "no longer than all of them",
      { until: "2026-03-30T00:00:00Z", validFor: "P7D" },
      ["2026-03-28T12:00:00.000Z", "2026-03-30T00:00:00.000Z"],
    ],
    ["never when all have ended, to the instant", { until: "2026-03-28T12:00:00Z" }, null],
  ])("%s", (_, definition, expected) => {
    expect(validity(definition)).toEqual(expected);
  });
});

describe("a coupon that is taken back", () => {
  const code = coder(origin);
  const valid: CouponState = { code, coupon: "sorry", validFrom: 0, validUntil: null, redeemed: null, revokedAt: null, expiredAt: null };
  const draftWith = (coupon: CouponState) => new MemberDraft({ ...unknownMember(1, "ada"), coupons: new Map([[code, coupon]]) });
  const reasonsOf = (draft: MemberDraft) => offeredCoupons(draft, [code], 5, draft.counters).map(({ refused }) => refused);

  test("is announced once, and no cart can use it", () => {
    const draft = draftWith(valid);
    expect(reasonsOf(draft)).toEqual([undefined]);

    revokeCoupon(draft, code, 4, { reason: "by mistake" });
    revokeCoupon(draft, code, 5, { reason: "again" });

    expect(reasonsOf(draft)).toEqual(["revoked"]);
    expect(draft.coupons.get(code)?.revokedAt).toBe(4);
    expect(draft.rows.events).toMatchObject([
      { type: "coupon.revoked", data: { coupon: "sorry", code, reason: "by mistake" }, occurredAt: 4 },
    ]);
  });

  test("stays with the order that used it before, and is not free again after it", () => {
    const draft = draftWith({ ...valid, redeemed: { orderId: "o-1", at: 2 } });

    revokeCoupon(draft, code, 4, {});
    expect(draft.coupons.get(code)?.redeemed).toEqual({ orderId: "o-1", at: 2 });
    expect(reasonsOf(draft)).toEqual(["used"]);

    const coupons = [{ code, coupon: "sorry", valid: true, onReturn: "release" as const }];
    releaseCoupons(draft, { id: "o-1", decision: { ...programOf().decideOrder(member(), cart([100]), AT), coupons } }, 5);
    expect(reasonsOf(draft)).toEqual(["revoked"]);
  });
});

describe("coupons of a program", () => {
  const problemsOf = (change: Record<string, unknown>): { pointer: string; code: string }[] => {
    try {
      parseProgram(programInput(change));
      return [];
    } catch (error) {
      return (error as { errors: { pointer: string; code: string }[] }).errors;
    }
  };
  const rules = [{ id: "r", effects: [{ kind: "coupon", coupon: "gone" }] }];

  test("are known by their ids", () => {
    expect(problemsOf({ coupons: [{ id: "here" }, { id: "here" }], rules })).toMatchObject([
      { pointer: "/coupons/1/id", code: "repeated" },
      { pointer: "/rules/0/effects/0/coupon", code: "unknown_coupon" },
    ]);
  });

  test("end after they begin", () => {
    const at = "2026-04-01T00:00:00Z";
    expect(problemsOf({ coupons: [{ id: "c", from: at, until: at }] })).toMatchObject([
      { pointer: "/coupons/0/until", code: "until_before_from" },
    ]);
  });

  test("are the shop's own where the program has none", () => {
    expect(problemsOf({ rules })).toEqual([]);
  });

  test("are told apart between versions", () => {
    const [before, after] = ["P7D", "P14D"].map((validFor) => parseProgram(programInput({ coupons: [{ id: "sorry", validFor }] })));
    if (before === undefined || after === undefined) throw new Error("two versions");
    expect(diffPrograms(before, after)).toEqual(["coupon sorry: validFor P7D → P14D"]);
  });
});
