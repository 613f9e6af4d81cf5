import { describe, expect, test } from "vitest";
import { clawBack } from "../../src/ledger/claw-back.ts";
import { grantLot } from "../../src/ledger/grant.ts";
import { NEVER } from "../../src/ledger/state.ts";
import type { MemberDraft } from "../../src/members/member-draft.ts";
import type { WalletDefinition } from "../../src/programs/wallet-definition.ts";
import { at, draftOf, lotOf, movements } from "../support/drafts.ts";

const NOW = at("2026-03-01T00:00:00Z");

const takeBack = (
  draft: MemberDraft,
  points: number,
  ownLots: number[],
  policy: WalletDefinition["clawback"] = "debt",
  debtLimit?: number,
) => clawBack(draft, { wallet: 1, points, ownLots, policy, debtLimit, occurredAt: NOW, source: { kind: "return", id: "R1" }, ruleSet: 1 });

const grant = (draft: MemberDraft, points: number, availableAt = NOW) =>
  grantLot(
    draft,
    {
      wallet: 1,
      points,
      kind: "accrual",
      occurredAt: NOW,
      availableAt,
      expiresAt: NEVER,
      source: { kind: "order", id: "later" },
      ruleSet: 1,
    },
    NOW,
  );

describe("clawBack", () => {
  test("takes from the order's own lots first: pending, then available", () => {
    const draft = draftOf([lotOf(1, 10), lotOf(2, 5, { isPending: true, availableAt: NOW + 1 }), lotOf(3, 100, { expiresAt: NOW + 1 })]);

    expect(takeBack(draft, 12, [1, 2])).toEqual({ points: 12, debt: 0, writtenOff: 0 });

    expect(movements(draft)).toEqual(["clawback pending→reversed 5", "clawback available→reversed 7"]);
    expect([1, 2, 3].map((seq) => draft.lots.get(seq)?.remaining)).toEqual([3, 0, 100]);
    expect([1, 2, 3].map((seq) => draft.lots.get(seq)?.clawedBack)).toEqual([7, 5, 0]);
    expect(draft.wallet(1)).toMatchObject({ available: 103, pending: 0, debt: 0, clawedBackTotal: 12 });
  });

  test("then from other available lots in burn order, marked on the lots that granted them", () => {
    const spent = lotOf(1, 10, { remaining: 2 });
    const soon = lotOf(2, 3, { expiresAt: NOW + 5 });
    const sooner = lotOf(3, 3, { expiresAt: NOW + 1 });
    const pending = lotOf(4, 50, { isPending: true, availableAt: NOW + 1 });
    const draft = draftOf([spent, soon, sooner, pending], { redeemedTotal: 8 });

    expect(takeBack(draft, 7, [1])).toEqual({ points: 7, debt: 0, writtenOff: 0 });

    expect(draft.rows.entries.map(({ uses }) => uses)).toEqual([
      [{ lot: 1, points: 2 }],
      [
        { lot: 3, points: 3 },
        { lot: 2, points: 2 },
      ],
    ]);
    expect(draft.lots.get(1)).toMatchObject({ remaining: 0, clawedBack: 7 });
    expect([2, 3, 4].map((seq) => draft.lots.get(seq)?.clawedBack)).toEqual([0, 0, 0]);
    expect(draft.wallet(1)).toMatchObject({ available: 1, pending: 50 });
  });

  test("owes what is spent already, and says so", () => {
    const draft = draftOf([lotOf(1, 10, { remaining: 4 })], { redeemedTotal: 6 });

    expect(takeBack(draft, 10, [1])).toEqual({ points: 10, debt: 6, writtenOff: 0 });

    expect(movements(draft)).toEqual(["clawback available→reversed 4", "debt_incurred debt→reversed 6"]);
    expect(draft.wallet(1)).toMatchObject({ available: 0, debt: 6, clawedBackTotal: 10 });
    expect(draft.lots.get(1)).toMatchObject({ remaining: 0, clawedBack: 10 });
  });

  test("or writes it off, and a later return may ask for it again", () => {
    const draft = draftOf([lotOf(1, 10, { remaining: 4 })], { redeemedTotal: 6 });

    expect(takeBack(draft, 7, [1], "within_balance")).toEqual({ points: 4, debt: 0, writtenOff: 3 });

    expect(draft.wallet(1)).toMatchObject({ available: 0, debt: 0, clawedBackTotal: 4 });
    expect(draft.lots.get(1)).toMatchObject({ remaining: 0, clawedBack: 4 });
    expect(takeBack(draft, 3, [1], "within_balance")).toEqual({ points: 0, debt: 0, writtenOff: 3 });
  });

  test("may take only what is not usable yet", () => {
    const draft = draftOf([lotOf(1, 10), lotOf(2, 5, { isPending: true, availableAt: NOW + 1 }), lotOf(3, 100)]);

    expect(takeBack(draft, 12, [1, 2], "only_pending")).toEqual({ points: 5, debt: 0, writtenOff: 7 });

    expect(movements(draft)).toEqual(["clawback pending→reversed 5"]);
    expect(draft.wallet(1)).toMatchObject({ available: 110, pending: 0, debt: 0, clawedBackTotal: 5 });
  });

  test("makes nobody owe more than the limit, whatever was owed before", () => {
    const draft = draftOf([lotOf(1, 30, { remaining: 0 })], { redeemedTotal: 30 });

    expect(takeBack(draft, 20, [1], "debt", 25)).toEqual({ points: 20, debt: 20, writtenOff: 0 });
    expect(takeBack(draft, 10, [1], "debt", 25)).toEqual({ points: 5, debt: 5, writtenOff: 5 });

    expect(draft.wallet(1)).toMatchObject({ available: 0, debt: 25 });
  });

  test.each(["debt", "within_balance", "only_pending"] as const)(
    "takes at most what is granted and neither taken back nor expired (%s)",
    (policy) => {
      const draft = draftOf([lotOf(1, 10, { remaining: 0, clawedBack: 3, expired: 7 }), lotOf(2, 50)]);

      expect(takeBack(draft, 10, [1], policy)).toEqual({ points: 0, debt: 0, writtenOff: 0 });

      expect(movements(draft)).toEqual([]);
      expect(draft.wallet(1)).toMatchObject({ available: 50, debt: 0 });
    },
  );

  test("leaves held points alone", () => {
    const held = draftOf([lotOf(1, 10, { held: 10 })]);

    expect(takeBack(held, 10, [1])).toEqual({ points: 10, debt: 10, writtenOff: 0 });
    expect(held.wallet(1)).toMatchObject({ available: 0, held: 10, debt: 10 });
    expect(held.lots.get(1)).toMatchObject({ remaining: 10, held: 10, clawedBack: 10 });
  });
});

describe("clawBack of several lots", () => {
  test("marks what stands in for points that were taken back before on the lot that still has a grant", () => {
    const draft = draftOf([lotOf(1, 10, { clawedBack: 10 }), lotOf(2, 10)]);

    expect(takeBack(draft, 10, [1, 2])).toEqual({ points: 10, debt: 0, writtenOff: 0 });

    expect([1, 2].map((seq) => draft.lots.get(seq))).toMatchObject([
      { remaining: 0, clawedBack: 10 },
      { remaining: 10, clawedBack: 10 },
    ]);
  });

  test("knows the order's lots of this wallet only", () => {
    const draft = draftOf([lotOf(1, 4), lotOf(2, 9, { wallet: 2 })]);
    expect(takeBack(draft, 10, [1, 2, 7])).toEqual({ points: 4, debt: 0, writtenOff: 0 });
  });

  test("names no lot for what is owed", () => {
    const draft = draftOf([lotOf(1, 5, { remaining: 0 })], { redeemedTotal: 5 });
    takeBack(draft, 5, [1]);
    expect(draft.rows.entries).toMatchObject([{ kind: "debt_incurred", uses: [] }]);
  });
});

describe("a debt", () => {
  const owing = (debt: number) => draftOf([], { debt, accruedTotal: debt, clawedBackTotal: debt, redeemedTotal: debt });

  test("is paid by the next points before they can be used", () => {
    const draft = owing(6);

    const seq = grant(draft, 10);

    expect(movements(draft)).toEqual(["accrual issued→available 10", "debt_repayment available→debt 6"]);
    expect(draft.rows.entries[1]?.uses).toEqual([{ lot: seq, points: 6 }]);
    expect(draft.wallet(1)).toMatchObject({ available: 4, debt: 0 });
    expect(draft.lots.get(seq)).toMatchObject({ granted: 10, remaining: 4, clawedBack: 0 });
  });

  test("is paid in part by fewer points than it has", () => {
    const draft = owing(6);

    grant(draft, 2);
    grant(draft, 3);

    expect(draft.wallet(1)).toMatchObject({ available: 0, debt: 1 });
  });

  test("is not paid by points that are pending", () => {
    const draft = owing(6);

    grant(draft, 10, NOW + 1);

    expect(movements(draft)).toEqual(["accrual issued→pending 10"]);
    expect(draft.wallet(1)).toMatchObject({ available: 0, pending: 10, debt: 6 });
  });
});
