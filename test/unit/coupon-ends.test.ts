import { describe, expect, test } from "vitest";
import type { CouponState } from "../../src/coupons/coupon.ts";
import { decideAnnounceCouponExpiry, decideExpireCoupon } from "../../src/coupons/decide-coupon-ends.ts";
import { NothingDue } from "../../src/ledger/nothing-due.ts";
import { MemberDraft } from "../../src/members/member-draft.ts";
import { unknownMember } from "../../src/members/member-state.ts";

const END = Date.parse("2026-03-17T00:00:00Z");
const LAST = END - 1;
const code = "2222222222222222";

const draftWith = (change: Partial<CouponState> = {}, held = code): MemberDraft => {
  const coupon: CouponState = {
    code,
    coupon: "five",
    validFrom: END - 7,
    validUntil: END,
    redeemed: null,
    revokedAt: null,
    expiredAt: null,
    ...change,
  };
  return new MemberDraft({ ...unknownMember(1, "ada"), coupons: new Map([[held, coupon]]) });
};
const expire = (draft: MemberDraft, now: number) => decideExpireCoupon(draft, { kind: "expire_coupon", memberId: "ada", code }, { now });
const tell = (draft: MemberDraft, now: number) =>
  decideAnnounceCouponExpiry(draft, { kind: "announce_coupon_expiry", memberId: "ada", code, notice: "P3D" }, { now });

const names = { coupon: "five", code, validUntil: "2026-03-17T00:00:00.000Z" };

describe("the end of a coupon", () => {
  test("is announced as of its first instant, however late, and once", () => {
    const draft = draftWith();

    expect(expire(draft, END + 5000)).toEqual({ code });

    expect(draft.rows.events).toMatchObject([{ type: "coupon.expired", occurredAt: END, data: names }]);
    expect(draft.coupons.get(code)?.expiredAt).toBe(END + 5000);
    expect(() => expire(draft, END + 6000)).toThrow(NothingDue);
    expect(draft.rows.events).toHaveLength(1);
  });

  test("is told ahead until its last instant", () => {
    const draft = draftWith();
    tell(draft, LAST);
    expect(draft.rows.events).toMatchObject([{ type: "coupon.will_expire", occurredAt: LAST, data: { ...names, notice: "P3D" } }]);
    expect(() => tell(draftWith(), END)).toThrow(NothingDue);
  });

  test.each<[string, MemberDraft]>([
    ["before it", draftWith()],
    ["of one that does not end", draftWith({ validUntil: null })],
    ["of one that an order uses", draftWith({ redeemed: { orderId: "o", at: END - 3 }, validUntil: 0 })],
    ["of one that the member does not have", draftWith({ validUntil: 0 }, "another")],
    ["of one that was taken back", draftWith({ revokedAt: END - 3, validUntil: 0 })],
    ["that was announced", draftWith({ validUntil: 0, expiredAt: 0 })],
  ])("is not announced %s, and nothing changes", (_when, draft) => {
    expect(() => expire(draft, LAST)).toThrow(NothingDue);
    expect(draft.rows.events).toEqual([]);
  });

  test.each<[string, MemberDraft]>([
    ["one that does not end", draftWith({ validUntil: null })],
    ["one that an order uses", draftWith({ redeemed: { orderId: "o", at: END - 3 } })],
    ["one that was taken back", draftWith({ revokedAt: END - 3 })],
    ["one that the member does not have", draftWith({}, "another")],
  ])("is not told ahead of %s", (_which, draft) => {
    expect(() => tell(draft, LAST)).toThrow(NothingDue);
    expect(draft.rows.events).toEqual([]);
  });
});
