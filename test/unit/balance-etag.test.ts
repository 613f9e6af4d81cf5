import { expect, test } from "vitest";
import { writtenOf } from "../../src/core/written.ts";
import type { Balance } from "../../src/ledger/balance.ts";
import { etagOfBalance } from "../../src/ledger/balance-etag.ts";

const POINTS = { available: 120, pending: 40, held: 0, debt: 0, accruedTotal: 160, redeemedTotal: 0, expiring: [] };
const balance = (change: Partial<Balance> = {}): Balance => ({
  memberId: 'm","asOf":"',
  tier: "silver",
  wallets: { points: POINTS },
  version: 7,
  asOf: "2026-03-01T12:00:00.000Z",
  ...change,
});

test("the tag of a balance stays while only time goes by", () => {
  expect(etagOfBalance(balance({ asOf: "2026-03-02T00:00:00.000Z" }))).toBe(etagOfBalance(balance()));
  expect(etagOfBalance(balance())).toMatch(/^"7-[0-9a-z]+"$/);
});

test.each([
  ["points that became usable", { wallets: { points: { ...POINTS, available: 160, pending: 0 } } }],
  ["another tier", { tier: "gold" }],
  ["another version", { version: 8 }],
  ["another member", { memberId: "n" }],
])("%s changes the tag", (_, change: Partial<Balance>) => {
  expect(etagOfBalance(balance(change))).not.toBe(etagOfBalance(balance()));
});

test("a balance whose tag was asked for is answered as it is", () => {
  const asked = balance();
  etagOfBalance(asked);

  expect(writtenOf(asked)).toBe(JSON.stringify(balance()));
});
