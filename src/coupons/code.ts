import { keyedHash } from "../core/keyed-hash.ts";
import { readableCode, readCode } from "../core/readable-code.ts";

/** A check character and 15 others: about 73 bits that nobody can guess, and that two coupons never share. */
const CODE_LENGTH = 16;

/** What a coupon is given for. Equal origins are the same coupon. */
export type CouponOrigin = { memberId: string; coupon: string; cause: string; sourceId: string; rule: string | null; n: number };

/** The code of a coupon: equal for equal origins, so that a decision which is made again gives the same one. */
export type CouponCoder = (origin: CouponOrigin) => string;

/** The code of a member's coupon as somebody typed it, as it is stored; null where it is none of ours. */
export const readCouponCode = (typed: string): string | null => readCode(typed, CODE_LENGTH);

const SHARED_CODE = /^[A-Z0-9]{3,40}$/;

/** What somebody typed without what does not count of a code: in capitals, without spaces and hyphens. */
export const plainCode = (typed: string): string => typed.toUpperCase().replaceAll(/[\s-]/g, "");

/** A code that is not bound to a member as somebody typed it, as it is stored; null where it can be none. */
export function readSharedCode(typed: string): string | null {
  const code = plainCode(typed);
  return SHARED_CODE.test(code) ? code : null;
}

/** True of a code as long as a member's coupon of which the check character says that another one is wrong. */
export const isMistyped = (code: string): boolean => code.length === CODE_LENGTH && readCouponCode(code) === null;

/** Codes of each program, by a key that is made of `secret`: instances that share it give the same ones. */
export function createCouponCodes(secret: string): (programId: number) => CouponCoder {
  const hashOf = keyedHash(secret, "coupon-code");
  return (programId) =>
    ({ memberId, coupon, cause, sourceId, rule, n }) => {
      const origin = JSON.stringify([programId, memberId, coupon, cause, sourceId, rule, n]);
      return readableCode(hashOf(origin), CODE_LENGTH);
    };
}
