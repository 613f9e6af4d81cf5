import { assert } from "./assert.ts";

/** Without 0, O, 1, I, L, U and S, which are mistaken for others. Their number is prime: the check character rests on it. */
const ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ";
const GROUP = /.{1,4}/g;

/**
 * The last character of a code. Each place has another weight in the sum modulo a prime, so that any one wrong character and
 * any two that changed places give another sum.
 */
function checkCharacter(secret: string): string {
  assert(secret.length < ALPHABET.length, "each place has a weight of its own");
  let sum = 0;
  for (const [place, character] of [...secret].entries()) {
    const value = ALPHABET.indexOf(character);
    assert(value >= 0, "a code consists of characters of its alphabet");
    sum += value * (place + 1);
  }
  return ALPHABET.charAt(sum % ALPHABET.length);
}

/**
 * A code that people read out and type, of `length` characters with a check character as the last one: about 4.86 bits of `random` in
 * each of the others.
 */
export function readableCode(random: Uint8Array, length: number): string {
  const radix = BigInt(ALPHABET.length);
  let rest = BigInt(`0x${Buffer.from(random).toString("hex")}`);
  let secret = "";
  while (secret.length < length - 1) {
    secret += ALPHABET.charAt(Number(rest % radix));
    rest /= radix;
  }
  return secret + checkCharacter(secret);
}

/** As it is shown to people: `7KQ2-9XTR-C4MC`. */
export const inGroups = (code: string): string => (code.match(GROUP) ?? []).join("-");

/**
 * A code of `length` characters as somebody typed it, as it is stored: in capitals, without spaces and hyphens. Null where it is none
 * of ours, which its check character says without a look-up.
 */
export function readCode(typed: string, length: number): string | null {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, "");
  const secret = code.slice(0, length - 1);
  const isOurs = code.length === length && [...secret].every((character) => ALPHABET.includes(character));
  return isOurs && code.endsWith(checkCharacter(secret)) ? code : null;
}
