import fc from "fast-check";
import { expect, test } from "vitest";
import { readableCode, readCode } from "../../src/core/readable-code.ts";

const bytes = fc.uint8Array({ minLength: 11, maxLength: 11 });
const ALPHABET = [..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"];

test("a code is read as it was made, however it is typed", () => {
  fc.assert(
    fc.property(bytes, (random) => {
      const code = readableCode(random, 12);
      expect(code).toMatch(/^\w{4}-\w{4}-\w{4}$/);
      const plain = code.replaceAll("-", "");
      expect(readCode(code)).toBe(plain);
      expect(readCode(plain.toLowerCase().replaceAll("0", "o").replaceAll("1", "l"))).toBe(plain);
    }),
  );
});

test("one wrong character is always noticed", () => {
  fc.assert(
    fc.property(bytes, fc.nat(11), fc.constantFrom(...ALPHABET), (random, place, symbol) => {
      const plain = readableCode(random, 12).replaceAll("-", "");
      fc.pre(plain[place] !== symbol);
      expect(readCode(plain.slice(0, place) + symbol + plain.slice(place + 1))).toBe(null);
    }),
  );
});

test.each(["", "7", "U000", "****"])("%j is no code", (typed) => {
  expect(readCode(typed)).toBe(null);
});
