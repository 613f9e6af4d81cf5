import { describe, expect, test } from "vitest";
import { decodeCopy, encodeCopy } from "../../src/cache/copy-format.ts";
import type { Balance } from "../../src/ledger/balance.ts";
import { NEVER } from "../../src/ledger/state.ts";
import { WrittenBalance } from "../../src/ledger/written-balance.ts";

const BALANCE: Balance = { memberId: "a - {b} é", tier: "gold", wallets: {}, version: 9, asOf: "2026-06-01T00:00:00.000Z" };
const copyOf = (nextChangeAt: number) => encodeCopy({ version: 9, nextChangeAt, balance: WrittenBalance.of(BALANCE) });

describe("the format of copies in Redis", () => {
  test.each([NEVER, 1_780_000_000_000])("is read as it was written, with a next change at %j", (nextChangeAt) => {
    const copy = decodeCopy(copyOf(nextChangeAt));

    expect(copy).toMatchObject({ version: 9, nextChangeAt });
    expect(copy?.balance?.text).toBe(JSON.stringify(BALANCE));
    expect(copy?.balance?.etag).toBe(WrittenBalance.of(BALANCE).etag);
    expect(copy?.balance?.toJSON()).toEqual(BALANCE);
  });

  test("says that older versions are out of date", () => {
    const tombstone = { version: Number.MAX_SAFE_INTEGER, nextChangeAt: NEVER, balance: null };

    expect(decodeCopy(encodeCopy(tombstone))).toEqual(tombstone);
  });

  test("starts with format and version, which the script in Redis compares", () => {
    expect(encodeCopy({ version: 12, nextChangeAt: NEVER, balance: null })).toBe("2 12 - -");
  });

  test.each(["", "-", "0 12 - -", "1 12 - -", '1 12 - {"memberId":"m"}', "2 x - -", "2 12 - -more", "2 12 - [1]", '{"version":1}'])(
    "takes %j for no copy",
    (text) => {
      expect(decodeCopy(text)).toBeUndefined();
    },
  );

  test.each([
    ["cut off", (text: string) => text.slice(0, -40)],
    ["with other points", (text: string) => text.replace('"gold"', '"base"')],
    ["with more after it", (text: string) => text.replace("}", '},"asOf":"2027-01-01T00:00:00.000Z"}')],
    ["without its balance", (text: string) => text.slice(0, text.indexOf("{"))],
    ["cut off in its last text", (text: string) => text.slice(0, -5)],
    ["without its end", (text: string) => text.slice(0, -1)],
    ["with something behind it", (text: string) => `${text}x`],
    ["with a second moment", (text: string) => `${text},"asOf":"2027-01-01T00:00:00.000Z"}`],
    ["of another version", (text: string) => text.replace("2 9 ", "2 10 ")],
  ])("one that is damaged is an error, not a balance: %s", (_, damage) => {
    expect(() => decodeCopy(damage(copyOf(NEVER)))).toThrow("a balance that is not as it was written");
  });
});
