import { randomBytes } from "node:crypto";
import { readableCode } from "../core/readable-code.ts";

/** As of coupons of members: 15 characters that nobody can guess, and a check character. */
export const DRAWN_LENGTH = 16;
/** More than the characters hold, so that all of them are as likely as each other to far beyond what could be told. */
const RANDOM_BYTES = 16;

/** So many codes that nobody can guess, in the order of their characters: the prefix, 15 drawn characters and a check character. */
export function drawCodes(prefix: string, count: number): string[] {
  const random = randomBytes(count * RANDOM_BYTES);
  return Array.from(
    { length: count },
    (_, n) => prefix + readableCode(random.subarray(n * RANDOM_BYTES, (n + 1) * RANDOM_BYTES), DRAWN_LENGTH),
  ).sort();
}
