import { expect, test } from "vitest";
import { writtenOf } from "../../src/core/written.ts";
import type { Balance } from "../../src/ledger/balance.ts";
import { WrittenBalance } from "../../src/ledger/written-balance.ts";

const POINTS = { available: 120, pending: 40, held: 0, debt: 0, accruedTotal: 160, redeemedTotal: 0, expiring: [] };
const balance = (change: Partial<Balance> = {}): Balance => ({
  memberId: 'm","asOf":"',
  tier: "silver",
  wallets: { points: POINTS },
  version: 7,
  asOf: "2026-03-01T12:00:00.000Z",
  ...change,
});
const etagOf = (change: Partial<Balance> = {}): string => WrittenBalance.of(balance(change)).etag;

test("the tag of a balance stays while only time goes by", () => {
  expect(etagOf({ asOf: "2026-03-02T00:00:00.000Z" })).toBe(etagOf());
  expect(etagOf()).toMatch(/^"7-[0-9a-z]+"$/);
});

test.each([
  ["points that became usable", { wallets: { points: { ...POINTS, available: 160, pending: 0 } } }],
  ["another tier", { tier: "gold" }],
  ["another version", { version: 8 }],
  ["another member", { memberId: "n" }],
])("%s changes the tag", (_, change: Partial<Balance>) => {
  expect(etagOf(change)).not.toBe(etagOf());
});

test("one that came as JSON is answered as it came, by itself and within another answer, and says what it holds", () => {
  const written = WrittenBalance.of(balance());
  const other = written.text.replace('"version":7', '"version": 7');
  expect(() => WrittenBalance.read(7, other, written.checksum)).toThrow("not as it was written");
  const read = WrittenBalance.read(7, written.text, written.checksum);
  expect(writtenOf(read)).toBe(JSON.stringify(balance()));
  expect(JSON.stringify({ data: [read] })).toBe(JSON.stringify({ data: [balance()] }));
  const { memberId, tier, wallets, version, asOf } = read;
  expect({ memberId, tier, wallets, version, asOf }).toEqual(balance());
});

test("other answers are written when they are asked for", () => {
  expect(writtenOf({ points: 3 })).toBe('{"points":3}');
});
