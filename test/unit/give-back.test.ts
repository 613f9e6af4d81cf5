import { describe, expect, test } from "vitest";
import { giveBack } from "../../src/ledger/give-back.ts";
import { redeem } from "../../src/ledger/redeem.ts";
import { settle } from "../../src/ledger/settle.ts";
import type { MemberDraft } from "../../src/members/member-draft.ts";
import { compileProgram, parseProgram } from "../../src/programs/compile.ts";
import { at, draftOf, lotOf, movements } from "../support/drafts.ts";

const NOW = at("2026-03-01T00:00:00Z");
const DAY = 86_400_000;

type Change = { alreadyBack?: number; now?: number; from?: "redeemed" | "adjusted" };

/** A member of a program whose points are renewed so, at an instant. */
function till(renewal: "none" | "P30D", kind: "spendable" | "status" = "spendable") {
  const definition = parseProgram({
    id: "till",
    name: "Till",
    currency: "GBP",
    timeZone: "UTC",
    wallets: [{ id: "points", renewal, kind }],
    tiers: [{ id: "base" }],
  });
  const program = compileProgram(definition, 1);
  const [wallet] = definition.wallets;
  if (wallet === undefined) throw new Error("the program has a wallet");
  const numbered = { number: 1, definition: wallet };
  const source = { kind: "tier_upgrade", id: "U1" } as const;
  const wallets = { byId: new Map([["points", 1]]), byNumber: new Map([[1, "points"]]) };
  return {
    spend: (draft: MemberDraft, points: number) =>
      redeem(draft, { wallet: numbered, points, occurredAt: NOW, source }, { program, wallets, now: NOW }),
    giveBack: (draft: MemberDraft, uses: ReturnType<typeof redeem>, points: number, change: Change = {}) => {
      const { alreadyBack = 0, now = NOW, from = "redeemed" } = change;
      settle(draft, now, 1);
      return giveBack(draft, { wallet: numbered, uses, alreadyBack, points, from, occurredAt: now, source }, { program, wallets, now });
    },
  };
}

const threeLots = () =>
  draftOf([lotOf(1, 10), lotOf(2, 10, { expiresAt: NOW + 2 * DAY }), lotOf(3, 10, { expiresAt: NOW + DAY })], { redeemedTotal: 0 });
const remaining = (draft: MemberDraft) => [1, 2, 3].map((seq) => draft.lots.get(seq)?.remaining);

describe("giveBack", () => {
  test("undoes a spend: each lot has what it had", () => {
    const draft = threeLots();
    const shop = till("none");
    const uses = shop.spend(draft, 25);
    expect(remaining(draft)).toEqual([5, 0, 0]);

    expect(shop.giveBack(draft, uses, 25)).toEqual({ points: 25, expired: 0 });

    expect(remaining(draft)).toEqual([10, 10, 10]);
    expect(draft.wallet(1)).toMatchObject({ available: 30, redeemedTotal: 0 });
    expect(draft.nextChangeAt).toBe(NOW + DAY);
    expect(draft.rows.entries.at(-1)).toMatchObject({
      kind: "give_back",
      from: "redeemed",
      to: "available",
      uses: [
        { lot: 1, points: 5 },
        { lot: 2, points: 10 },
        { lot: 3, points: 10 },
      ],
    });
  });

  test("in parts gives back first what was taken last, and no point twice", () => {
    const draft = threeLots();
    const shop = till("none");
    const uses = shop.spend(draft, 25);

    shop.giveBack(draft, uses, 7);
    expect(remaining(draft)).toEqual([10, 2, 0]);
    shop.giveBack(draft, uses, 10, { alreadyBack: 7 });
    expect(remaining(draft)).toEqual([10, 10, 2]);
    shop.giveBack(draft, uses, 8, { alreadyBack: 17 });

    expect(remaining(draft)).toEqual([10, 10, 10]);
    expect(() => shop.giveBack(draft, uses, 1, { alreadyBack: 25 })).toThrow();
  });

  test("lets points go that come back after their date, or gives them a new one", () => {
    const late = NOW + 1.5 * DAY;
    for (const renewal of ["none", "P30D"] as const) {
      const draft = threeLots();
      const shop = till(renewal);
      const uses = shop.spend(draft, 10);

      const back = shop.giveBack(draft, uses, 10, { now: late });

      expect(back).toEqual({ points: 10, expired: renewal === "none" ? 10 : 0 });
      expect(draft.lots.get(3)).toMatchObject(
        renewal === "none" ? { remaining: 0, expired: 10 } : { remaining: 10, expired: 0, expiresAt: late + 30 * DAY },
      );
      expect(draft.wallet(1).available).toBe(renewal === "none" ? 20 : 30);
    }
  });

  test("renews what expires at that very instant, and nothing that lives on", () => {
    const draft = threeLots();
    const shop = till("P30D");
    const uses = shop.spend(draft, 20);

    shop.giveBack(draft, uses, 20, { now: NOW + DAY });

    expect([2, 3].map((seq) => draft.lots.get(seq)?.expiresAt)).toEqual([NOW + 2 * DAY, NOW + 31 * DAY]);
  });

  test("tells of it; nothing is nothing, and what was taken by hand was not spent", () => {
    const draft = draftOf([lotOf(1, 10, { remaining: 0 })], { redeemedTotal: 6 });
    const shop = till("none");
    const uses = [{ lot: 1, points: 10 }];

    expect(shop.giveBack(draft, uses, 0)).toEqual({ points: 0, expired: 0 });
    expect(draft.rows.events).toEqual([]);
    shop.giveBack(draft, uses, 4, { from: "adjusted" });

    expect(draft.wallet(1).redeemedTotal).toBe(6);
    expect(movements(draft)).toEqual(["give_back adjusted→available 4"]);
    expect(draft.rows.events).toMatchObject([
      { type: "points.given_back", data: { wallet: "points", points: 4, expired: 0, source: { kind: "tier_upgrade", id: "U1" } } },
    ]);
  });

  test("pays first what the member owes", () => {
    const draft = draftOf([lotOf(1, 10, { remaining: 0 })], { redeemedTotal: 10, debt: 4 });

    till("none").giveBack(draft, [{ lot: 1, points: 10 }], 10);

    expect(movements(draft)).toEqual(["give_back redeemed→available 10", "debt_repayment available→debt 4"]);
    expect(draft.wallet(1)).toMatchObject({ available: 6, debt: 0, redeemedTotal: 0 });
  });
});

describe("spending", () => {
  test("takes nothing that a hold reserves", () => {
    const draft = draftOf([lotOf(1, 10, { held: 7 })]);

    expect(till("none").spend(draft, 3)).toEqual([{ lot: 1, points: 3 }]);
    expect(() => till("none").spend(draft, 1)).toThrow(
      expect.objectContaining({ code: "insufficient_points", details: expect.objectContaining({ missing: 1 }) }),
    );
    expect(draft.lots.get(1)).toMatchObject({ remaining: 7, held: 7 });
  });

  test("refuses status points", () => {
    expect(() => till("none", "status").spend(draftOf([lotOf(1, 10)]), 1)).toThrow(
      expect.objectContaining({ code: "wallet_not_spendable" }),
    );
  });
});

describe("the clock", () => {
  test("takes what is free of a lot and leaves what is held", () => {
    const draft = draftOf([lotOf(1, 10, { held: 7, expiresAt: NOW })]);

    settle(draft, NOW, 1);

    expect(draft.lots.get(1)).toMatchObject({ remaining: 7, held: 7, expired: 3 });
    expect(draft.wallet(1)).toMatchObject({ available: 0, held: 7 });
    expect(draft.nextChangeAt).toBe(Number.POSITIVE_INFINITY);
  });
});
