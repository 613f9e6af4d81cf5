import { describe, expect, test } from "vitest";
import { grantLot } from "../../src/ledger/grant.ts";
import { nextChangeAt, settle } from "../../src/ledger/settle.ts";
import { NEVER } from "../../src/ledger/state.ts";
import { draftOf, lotOf, movements } from "../support/drafts.ts";

const NOW = Date.parse("2026-03-01T00:00:00Z");
const HOUR = 3_600_000;

const pending = (seq: number, points: number, availableAt: number, expiresAt = NEVER) =>
  lotOf(seq, points, { isPending: true, availableAt, expiresAt });

describe("settle", () => {
  test("does nothing before the next change", () => {
    const draft = draftOf([pending(1, 10, NOW + 1), lotOf(2, 5, { expiresAt: NOW + HOUR })]);

    settle(draft, NOW, 1);

    expect(movements(draft)).toEqual([]);
    expect(draft.nextChangeAt).toBe(NOW + 1);
  });

  test("books what is due, oldest first, each at its own instant", () => {
    const lots = [lotOf(1, 5, { expiresAt: NOW - HOUR }), pending(2, 10, NOW - 2 * HOUR), pending(3, 7, NOW, NOW + HOUR), lotOf(4, 1)];
    const draft = draftOf(lots);

    settle(draft, NOW, 9);

    expect(movements(draft)).toEqual(["activation pending→available 10", "expiry available→breakage 5", "activation pending→available 7"]);
    expect(draft.rows.entries.map(({ occurredAt, ruleSet, seq }) => [occurredAt, ruleSet, seq])).toEqual([
      [NOW - 2 * HOUR, 9, 5],
      [NOW - HOUR, 9, 6],
      [NOW, 9, 7],
    ]);
    expect(draft.wallet(1)).toMatchObject({ available: 18, pending: 0, expiredTotal: 5 });
    expect(draft.lots.get(1)).toMatchObject({ remaining: 0, expired: 5 });
    expect(draft.nextChangeAt).toBe(NOW + HOUR);
  });

  test("lets points become available and expire where both are due", () => {
    const draft = draftOf([pending(1, 10, NOW - 2 * HOUR, NOW - HOUR)]);

    settle(draft, NOW, 1);

    expect(movements(draft)).toEqual(["activation pending→available 10", "expiry available→breakage 10"]);
    expect(draft.wallet(1)).toMatchObject({ available: 0, pending: 0, expiredTotal: 10 });
    expect(draft.nextChangeAt).toBe(NEVER);
  });

  test("only expires points whose time is over when they would become available", () => {
    const draft = draftOf([pending(1, 10, NOW, NOW)]);

    settle(draft, NOW, 1);

    expect(movements(draft)).toEqual(["expiry pending→breakage 10"]);
    expect(draft.wallet(1)).toMatchObject({ available: 0, pending: 0, expiredTotal: 10 });
  });

  test("pays a debt from points as they become available, and only the rest expires", () => {
    const draft = draftOf([pending(1, 10, NOW - HOUR, NOW), pending(2, 10, NOW + HOUR)], { debt: 14 });

    settle(draft, NOW, 1);
    expect(movements(draft)).toEqual(["activation pending→available 10", "debt_repayment available→debt 10"]);
    expect(draft.wallet(1)).toMatchObject({ available: 0, pending: 10, debt: 4, expiredTotal: 0 });

    settle(draft, NOW + HOUR, 1);
    expect(draft.wallet(1)).toMatchObject({ available: 6, pending: 0, debt: 0 });
  });

  test("of what is due at one instant books the older lot first", () => {
    const draft = draftOf([lotOf(7, 1, { expiresAt: NOW }), lotOf(2, 2, { expiresAt: NOW }), lotOf(4, 4, { expiresAt: NOW })]);

    settle(draft, NOW, 1);

    expect(draft.rows.entries.map(({ points }) => points)).toEqual([2, 4, 1]);
  });

  test("changes nothing when it is done again", () => {
    const draft = draftOf([pending(1, 10, NOW), lotOf(2, 5, { expiresAt: NOW })]);
    settle(draft, NOW, 1);
    const before = movements(draft);

    settle(draft, NOW, 1);

    expect(movements(draft)).toEqual(before);
  });
});

describe("grantLot", () => {
  test("books points that come too late as expired, and leaves what is due of other lots alone", () => {
    const draft = draftOf([], { debt: 3 });
    draft.nextChangeAt = NOW + HOUR; // of a lot that is not loaded

    const seq = grantLot(
      draft,
      {
        wallet: 1,
        points: 10,
        kind: "accrual",
        occurredAt: NOW - 3,
        availableAt: NOW - 3,
        expiresAt: NOW,
        source: { kind: "order", id: "late" },
        ruleSet: 1,
      },
      NOW,
    );

    expect(movements(draft)).toEqual(["accrual issued→available 10", "debt_repayment available→debt 3", "expiry available→breakage 7"]);
    expect(draft.lots.get(seq)).toMatchObject({ granted: 10, remaining: 0, expired: 7 });
    expect(draft.wallet(1)).toMatchObject({ available: 0, debt: 0, expiredTotal: 7 });
    expect(draft.nextChangeAt).toBe(NOW + HOUR);
  });
});

describe("nextChangeAt", () => {
  test("is the soonest activation or expiry of what is left", () => {
    const empty = lotOf(1, 5, { remaining: 0, clawedBack: 5, expiresAt: NOW });

    expect(nextChangeAt([], [])).toBe(NEVER);
    expect(nextChangeAt([empty, lotOf(2, 5)], [])).toBe(NEVER);
    expect(nextChangeAt([empty, lotOf(2, 5, { expiresAt: NOW + 2 }), pending(3, 5, NOW + 1)], [])).toBe(NOW + 1);
  });
});
