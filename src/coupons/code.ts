import { createHmac } from "node:crypto";
import { assert } from "../core/assert.ts";

/** Without 0, O, 1, I, L, U and S, which are mistaken for others. Their number is prime: the check character rests on it. */
const ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ";
/** Of 29 characters: about 73 bits that nobody can guess, and that two coupons never share. */
const SECRET_LENGTH = 15;

/** What a coupon is given for. Equal origins are the same coupon. */
export type CouponOrigin = { memberId: string; coupon: string; cause: string; sourceId: string; rule: string | null; n: number };

/** The code of a coupon: equal for equal origins, so that a decision which is made again gives the same one. */
export type CouponCoder = (origin: CouponOrigin) => string;

/**
 * The last character of a code. Each place has another weight in the sum modulo a prime, so that any one wrong character and
 * any two that changed places give another sum.
 */
export function checkCharacter(secret: string): string {
  let sum = 0;
  for (const [place, character] of [...secret].entries()) {
    const value = ALPHABET.indexOf(character);
    assert(value >= 0, "a code consists of characters of its alphabet");
    sum += value * (place + 1);
  }
  return ALPHABET.charAt(sum % ALPHABET.length);
}

/**
 * A code as somebody typed it, as it is stored: in capitals, without spaces and hyphens. Null where it is none of ours, which
 * its check character says without a look-up.
 */
export function readCouponCode(text: string): string | null {
  const code = text.toUpperCase().replaceAll(/[\s-]/g, "");
  const secret = code.slice(0, SECRET_LENGTH);
  const isOurs = code.length === SECRET_LENGTH + 1 && [...secret].every((character) => ALPHABET.includes(character));
  return isOurs && code.endsWith(checkCharacter(secret)) ? code : null;
}

/** Codes of each program, by a key that is made of `secret`: instances that share it give the same ones. */
export function createCouponCodes(secret: string): (programId: number) => CouponCoder {
  const key = createHmac("sha256", secret).update("coupon-code").digest();
  const radix = BigInt(ALPHABET.length);
  return (programId) =>
    ({ memberId, coupon, cause, sourceId, rule, n }) => {
      const origin = JSON.stringify([programId, memberId, coupon, cause, sourceId, rule, n]);
      let rest = BigInt(`0x${createHmac("sha256", key).update(origin).digest("hex")}`);
      let code = "";
      while (code.length < SECRET_LENGTH) {
        code += ALPHABET.charAt(Number(rest % radix));
        rest /= radix;
      }
      return code + checkCharacter(code);
    };
}
