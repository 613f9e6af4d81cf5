import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inGroups, readableCode, readCode } from "../../src/core/readable-code.ts";

const ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ";
const place = (max: number) => fc.integer({ min: 0, max });

describe.each([12, 16])("a code of %i characters", (length) => {
  const codes = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((random) => readableCode(random, length));

  test("has only characters that nobody mistakes, in groups of four", () => {
    fc.assert(
      fc.property(codes, (code) => {
        expect(code).toMatch(new RegExp(`^[2-9A-HJKMNP-RTV-Z]{${length}}$`));
        expect(inGroups(code)).toMatch(/^\w{4}(-\w{4})+$/);
      }),
    );
  });

  test("is read as it was made, however it is typed, and nothing else is one", () => {
    fc.assert(
      fc.property(codes, (code) => {
        const read = (typed: string) => readCode(typed, length);
        expect([inGroups(code).toLowerCase(), ` ${code} `].map(read)).toEqual([code, code]);
        expect([code.slice(1), `${code}2`, `0${code.slice(1)}`].map(read)).toEqual([null, null, null]);
      }),
    );
  });

  test("is no longer one with any one character wrong", () => {
    fc.assert(
      fc.property(codes, place(length - 1), fc.constantFrom(...ALPHABET), (code, at, wrong) => {
        fc.pre(code[at] !== wrong);
        expect(readCode(code.slice(0, at) + wrong + code.slice(at + 1), length)).toBe(null);
      }),
    );
  });

  test("is no longer one with two neighbours that changed places", () => {
    fc.assert(
      fc.property(codes, place(length - 2), (code, at) => {
        fc.pre(code[at] !== code[at + 1]);
        expect(readCode(code.slice(0, at) + code[at + 1] + code[at] + code.slice(at + 2), length)).toBe(null);
      }),
    );
  });

  test.each(["", "7", "-", "U000", "****", "é".repeat(12), "é".repeat(16)])("%j is none", (typed) => {
    expect(readCode(typed, length)).toBe(null);
  });
});

test("each character takes its part of what is random", () => {
  // 32 is 1 × 29 + 3: the fourth character, then the second, and the check character of 3 × 1 + 1 × 2.
  expect(readableCode(new Uint8Array([32]), 3)).toBe("537");
});
