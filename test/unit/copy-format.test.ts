import { describe, expect, test } from "vitest";
import type { BalanceCopy } from "../../src/cache/balance-cache.ts";
import { decodeCopy, encodeCopy } from "../../src/cache/copy-format.ts";
import { NEVER } from "../../src/ledger/state.ts";

const balance = { memberId: "a - {b}", tier: "gold", wallets: {}, version: 9, asOf: "2026-06-01T00:00:00.000Z" };

describe("the format of copies in Redis", () => {
  test.each<BalanceCopy>([
    { version: 9, nextChangeAt: NEVER, balance },
    { version: 9, nextChangeAt: 1_780_000_000_000, balance },
    { version: Number.MAX_SAFE_INTEGER, nextChangeAt: NEVER, balance: null },
  ])("is read as it was written (%j)", (copy) => {
    expect(decodeCopy(encodeCopy(copy))).toEqual(copy);
  });

  test("starts with format and version, which the script in Redis compares", () => {
    expect(encodeCopy({ version: 12, nextChangeAt: NEVER, balance: null })).toBe("1 12 - -");
  });

  test.each(["", "-", "0 12 - -", "2 12 - -", "1 x - -", "1 12 - -more", "1 12 - [1]", '{"version":1}'])("takes %j for no copy", (text) => {
    expect(decodeCopy(text)).toBeUndefined();
  });

  test("broken JSON is an error, not a balance", () => {
    expect(() => decodeCopy('1 12 - {"memberId":')).toThrow(SyntaxError);
  });
});
