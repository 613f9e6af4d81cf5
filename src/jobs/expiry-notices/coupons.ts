import { type EndingCoupon, pageOfEndingCoupons, setCouponsToldTo, toldCouponNotices } from "../../coupons/ends-store.ts";
import type { NoticeSubject } from "./tell-ahead.ts";

type Definition = { programId: number; id: string; notices: readonly string[] };

/** The unused coupons of a definition that will end. */
export const endingCoupons = ({ programId, id: coupon, notices }: Definition): NoticeSubject<EndingCoupon> => ({
  notices,
  toldTo: (tx) => toldCouponNotices(tx, programId, coupon),
  setToldTo: (tx, notice, day) => setCouponsToldTo(tx, programId, { coupon, notice, day }),
  page: (tx, asked) => pageOfEndingCoupons(tx, programId, { ...asked, coupon }),
  commandsOf: (page, notice) => page.map(({ memberId, code }) => ({ kind: "announce_coupon_expiry", memberId, code, notice })),
});
