import { describe, expect, test } from "vitest";
import { coverFromPool, spendableOf } from "../../src/ledger/cover-from-pool.ts";
import { redeem } from "../../src/ledger/redeem.ts";
import { requireAvailable, requirePoints, requireSpendable } from "../../src/ledger/spendable.ts";
import { NEVER } from "../../src/ledger/state.ts";
import type { MemberDraft } from "../../src/members/member-draft.ts";
import { at, draftOf, lotOf, movements } from "../support/drafts.ts";
import { programOf } from "../support/rules.ts";

const NOW = at("2026-03-01T00:00:00Z");
const program = programOf({
  wallets: [{ id: "points" }, { id: "status", kind: "status" }, { id: "lively", expiry: "P30D", extendedBy: "activity" }],
});
const wallets = {
  byId: new Map([
    ["points", 1],
    ["status", 2],
    ["lively", 3],
  ]),
  byNumber: new Map([
    [1, "points"],
    [2, "status"],
    [3, "lively"],
  ]),
};
const walletNamed = (id: string) => {
  const definition = program.definition.wallets.find((wallet) => wallet.id === id);
  const number = wallets.byId.get(id);
  if (definition === undefined || number === undefined) throw new Error(`no wallet ${id}`);
  return { number, definition };
};
const POINTS = walletNamed("points");

/** A member in a household with these others. */
function inHousehold(draft: MemberDraft, ...mates: MemberDraft[]): MemberDraft {
  draft.purse = { poolId: "home", now: NOW, mates: () => mates, look: () => mates };
  return draft;
}

describe("requirePoints", () => {
  test("says how many are missing, and passes whoever has enough", () => {
    const draft = draftOf([lotOf(1, 5)]);
    requirePoints(draft, POINTS, 5);
    expect(() => requirePoints(draft, POINTS, 6)).toThrow(
      expect.objectContaining({ code: "insufficient_points", details: { wallet: "points", requested: 6, spendable: 5, missing: 1 } }),
    );
  });

  test("status points are not spent, but may be taken", () => {
    const draft = draftOf([lotOf(1, 5, { wallet: 2 })]);
    draft.editWallet(2).available = 5;
    requireAvailable(draft, walletNamed("status"), 5);
    expect(() => requireSpendable(walletNamed("status"))).toThrow(
      expect.objectContaining({ code: "wallet_not_spendable", details: { wallet: "status" } }),
    );
    expect(() => requirePoints(draft, walletNamed("status"), 1)).toThrow(expect.objectContaining({ code: "wallet_not_spendable" }));
  });
});

describe("redeem", () => {
  test("spends what expires first, tells of it, and counts it", () => {
    const draft = draftOf([lotOf(1, 5), lotOf(2, 5, { expiresAt: NOW + 1 })]);
    const source = { kind: "redemption", id: "R1" } as const;

    expect(redeem(draft, { wallet: POINTS, points: 6, occurredAt: NOW, source }, { program, wallets, now: NOW })).toEqual([
      { lot: 2, points: 5 },
      { lot: 1, points: 1 },
    ]);

    expect(draft.rows.entries).toMatchObject([
      { wallet: 1, kind: "redemption", from: "available", to: "redeemed", points: 6, occurredAt: NOW, source, ruleSet: 1 },
    ]);
    expect(draft.rows.events).toMatchObject([{ type: "points.redeemed", occurredAt: NOW, data: { wallet: "points", points: 6, source } }]);
    expect(draft.wallet(1)).toMatchObject({ available: 4, redeemedTotal: 6 });
  });

  test("keeps other points of the wallet alive where it says so", () => {
    const draft = draftOf([lotOf(1, 5, { wallet: 3, expiresAt: NOW + 1 }), lotOf(2, 5, { wallet: 3, expiresAt: NOW + 2 })]);
    draft.editWallet(3).available = 10;
    const source = { kind: "redemption", id: "R1" } as const;
    redeem(draft, { wallet: walletNamed("lively"), points: 5, occurredAt: NOW, source }, { program, wallets, now: NOW });
    expect(draft.lots.get(2)?.expiresAt).toBe(NOW + 30 * 86_400_000);
  });
});

describe("a household", () => {
  const mate = (points: number, expiresAt = NEVER) => draftOf([lotOf(1, points, { expiresAt })]);

  test("can spend what all its active members have, once the clock is booked", () => {
    const suspended = mate(100);
    suspended.status = "suspended";
    const draft = inHousehold(draftOf([lotOf(1, 5)]), mate(7), mate(50, NOW), suspended);

    expect(spendableOf(draft, POINTS, 9)).toBe(12);
    expect(spendableOf(draftOf([lotOf(1, 5)]), POINTS, 9)).toBe(5);
  });

  test("draws what is missing, those points first that expire first whoever has them", () => {
    const [first, second] = [draftOf([lotOf(1, 4), lotOf(2, 3, { expiresAt: NOW + 5 })]), mate(6, NOW + 9)];
    const third = mate(9);
    const draft = inHousehold(draftOf([lotOf(1, 5)]), first, second, third);

    coverFromPool(draft, POINTS, 15, 9);

    expect(movements(third)).toEqual([]);
    expect(movements(first)).toEqual(["transfer_out available→clearing 4"]);
    expect(movements(second)).toEqual(["transfer_out available→clearing 6"]);
    expect(first.rows.entries[0]?.uses).toEqual([
      { lot: 2, points: 3 },
      { lot: 1, points: 1 },
    ]);
    expect(first.rows.events).toMatchObject([
      { type: "points.drawn", occurredAt: NOW, data: { wallet: "points", points: 4, by: "M1", poolId: "home" } },
    ]);
    expect(draft.rows.entries).toMatchObject([
      { points: 3, source: { kind: "pool", id: "home" }, occurredAt: NOW, ruleSet: 9 },
      { points: 1 },
      { points: 6 },
    ]);
    expect(draft.wallet(1).available).toBe(15);
  });

  test("is drawn on by who spends", () => {
    const draft = inHousehold(draftOf([lotOf(1, 5)]), mate(7));
    const source = { kind: "redemption", id: "R1" } as const;
    redeem(draft, { wallet: POINTS, points: 6, occurredAt: NOW, source }, { program, wallets, now: NOW });
    expect(movements(draft)).toEqual(["transfer_in clearing→available 1", "redemption available→redeemed 6"]);
  });

  test("that has too few gives nothing, and says how many are missing", () => {
    const other = mate(7);
    const draft = inHousehold(draftOf([lotOf(1, 5)]), other);

    expect(() => coverFromPool(draft, POINTS, 13, 9)).toThrow(
      expect.objectContaining({ code: "insufficient_points", details: { wallet: "points", requested: 13, spendable: 12, missing: 1 } }),
    );
    expect([movements(draft), movements(other)]).toEqual([[], []]);
  });

  test("books first what the clock has done to the others", () => {
    const draft = inHousehold(draftOf([lotOf(1, 5)]), mate(7, NOW));
    expect(() => coverFromPool(draft, POINTS, 6, 9)).toThrow(expect.objectContaining({ code: "insufficient_points" }));
  });

  test("leaves out who is not active", () => {
    const closed = mate(7);
    closed.status = "closed";
    expect(() => coverFromPool(inHousehold(draftOf([]), closed), POINTS, 1, 9)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ missing: 1 }) }),
    );
  });

  test("is not asked where the member has enough, owes, spends status points, or is in none", () => {
    const other = mate(50);
    const enough = inHousehold(draftOf([lotOf(1, 5)]), other);
    const owing = inHousehold(draftOf([], { debt: 1 }), other);
    const alone = draftOf([]);

    coverFromPool(enough, POINTS, 5, 9);
    coverFromPool(owing, POINTS, 5, 9);
    coverFromPool(alone, POINTS, 5, 9);
    coverFromPool(enough, walletNamed("status"), 5, 9);

    expect([enough, owing, alone, other].flatMap(movements)).toEqual([]);
    expect(spendableOf(owing, POINTS, 9)).toBe(0);
    expect(spendableOf(enough, walletNamed("status"), 9)).toBe(0);
  });
});
