import { assert } from "./assert.ts";

/** Digits and capitals that nobody mistakes for each other: no I, L, O and U. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BASE = ALPHABET.length;
const GROUP = 4;

/** The Luhn check for an alphabet of 32: one wrong symbol is always noticed, two swapped neighbours nearly always. */
function checkSymbol(symbols: string): string {
  let sum = 0;
  for (const [place, symbol] of [...symbols].reverse().entries()) {
    const value = ALPHABET.indexOf(symbol) * (place % 2 === 0 ? 2 : 1);
    sum += Math.floor(value / BASE) + (value % BASE);
  }
  return ALPHABET.charAt((BASE - (sum % BASE)) % BASE);
}

/**
 * A code that people read out and type: `length` symbols with the last one a check, in groups of four, such as `7KQ2-9XTR-C0MD`.
 * Units: of each byte 5 bits are used, and one byte a symbol but for the check.
 */
export function readableCode(bytes: Uint8Array, length: number): string {
  assert(bytes.length >= length - 1, "a symbol takes a byte");
  const symbols = Array.from(bytes.subarray(0, length - 1), (byte) => ALPHABET.charAt(byte % BASE)).join("");
  const whole = symbols + checkSymbol(symbols);
  return (whole.match(new RegExp(`.{1,${GROUP}}`, "g")) ?? []).join("-");
}

/** A code as it was typed, without what people add or confuse: capitals only, no hyphens and spaces. Null when its check is wrong. */
export function readCode(typed: string): string | null {
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  if (code.length < 2 || [...code].some((symbol) => !ALPHABET.includes(symbol))) return null;
  return checkSymbol(code.slice(0, -1)) === code.at(-1) ? code : null;
}
