import { describe, expect, test } from "vitest";
import { backInLots } from "../../src/ledger/back-in-lots.ts";
import { dateLot, isUndated } from "../../src/ledger/date-lot.ts";
import { expire } from "../../src/ledger/expire.ts";
import { type Grant, grantLot } from "../../src/ledger/grant.ts";
import { availableLots, byBurnOrder, editLot, reserveInLots, takeFromLots, usesInBurnOrder } from "../../src/ledger/lots.ts";
import { movePoints } from "../../src/ledger/move.ts";
import { payDebt } from "../../src/ledger/pay-debt.ts";
import { post } from "../../src/ledger/post.ts";
import { activate } from "../../src/ledger/settle.ts";
import { type LotState, NEVER } from "../../src/ledger/state.ts";
import type { MemberDraft } from "../../src/members/member-draft.ts";
import { at, draftOf, lotOf, movements } from "../support/drafts.ts";

const NOW = at("2026-03-01T00:00:00Z");
const SOURCE = { kind: "order", id: "O1" } as const;
const MOVEMENT = { wallet: 1, occurredAt: NOW, source: SOURCE, ruleSet: 7 } as const;
const events = (draft: MemberDraft) => draft.rows.events.map(({ type, data, occurredAt }) => ({ type, data, occurredAt }));
const seqs = (lots: readonly LotState[]) => lots.map(({ seq }) => seq);

describe("post", () => {
  test("moves points between accounts, with a number that has no gap", () => {
    const draft = draftOf([lotOf(4, 10)]);

    expect(post(draft, { ...MOVEMENT, kind: "hold", from: "available", to: "held", points: 3 })).toBe(5);
    expect(post(draft, { ...MOVEMENT, kind: "debt_incurred", from: "debt", to: "reversed", points: 2 })).toBe(6);
    expect(post(draft, { ...MOVEMENT, kind: "debt_repayment", from: "available", to: "debt", points: 1 })).toBe(7);

    expect(draft.wallet(1)).toMatchObject({ available: 6, held: 3, debt: 1 });
    expect(draft.rows.entries.map(({ seq, availableAfter, uses }) => [seq, availableAfter, uses])).toEqual([
      [5, 7, []],
      [6, 7, []],
      [7, 6, []],
    ]);
  });

  test.each([0, -1, 0.5, Number.NaN])("%d points are none to move", (points) => {
    expect(() => post(draftOf([lotOf(1, 10)]), { ...MOVEMENT, kind: "hold", from: "available", to: "held", points })).toThrow(
      "points moved are a positive whole number",
    );
  });

  test("no account falls below 0, and none passes what a number holds", () => {
    const draft = draftOf([lotOf(1, 1)]);
    post(draft, { ...MOVEMENT, kind: "hold", from: "available", to: "held", points: 1 });
    expect(() => post(draft, { ...MOVEMENT, kind: "hold", from: "available", to: "held", points: 1 })).toThrow(
      "available never falls below 0",
    );
    expect(() => post(draft, { ...MOVEMENT, kind: "accrual", from: "issued", to: "held", points: Number.MAX_SAFE_INTEGER })).toThrow(
      expect.objectContaining({ code: "amount_out_of_range", details: { account: "held" } }),
    );
  });
});

describe("burn order", () => {
  const lots = [
    lotOf(1, 5),
    lotOf(2, 5, { expiresAt: NOW + 1, occurredAt: NOW - 1 }),
    lotOf(3, 5, { expiresAt: NOW + 1, occurredAt: NOW - 2 }),
    lotOf(4, 5, { expiresAt: NOW + 1, occurredAt: NOW - 1 }),
    lotOf(5, 5, { expiresAt: NOW }),
  ];

  test("is by expiry, then by accrual, then by number, whatever the order they come in", () => {
    expect(seqs(lots.toSorted(byBurnOrder))).toEqual([5, 3, 2, 4, 1]);
    expect(seqs(lots.toReversed().toSorted(byBurnOrder))).toEqual([5, 3, 2, 4, 1]);
    const draft = draftOf(lots);
    const uses = lots.map(({ seq }) => ({ lot: seq, points: seq }));
    expect(usesInBurnOrder(draft, uses).map(({ lot }) => lot)).toEqual([5, 3, 2, 4, 1]);
    expect(() =>
      usesInBurnOrder(draft, [
        { lot: 8, points: 1 },
        { lot: 9, points: 1 },
      ]),
    ).toThrow("a lot whose points move is loaded");
  });

  test("holds those of the wallet that have something available", () => {
    const draft = draftOf([
      ...lots.slice(0, 2),
      lotOf(6, 5, { wallet: 2 }),
      lotOf(7, 5, { held: 5 }),
      lotOf(8, 5, { isPending: true, availableAt: NOW }),
      lotOf(9, 5, { remaining: 0 }),
    ]);
    expect(seqs(availableLots(draft, 1))).toEqual([2, 1]);
  });

  test("points are taken as the lots come, and reserved as they burn", () => {
    const draft = draftOf([lotOf(1, 5), lotOf(2, 5, { held: 4, expiresAt: NOW + 1 }), lotOf(3, 5, { expiresAt: NOW + 2 })]);
    const own = [1, 2, 3].map((seq) => editLot(draft, seq));

    expect(takeFromLots(draft, own.slice(1), 3)).toEqual({
      taken: 3,
      uses: [
        { lot: 2, points: 1 },
        { lot: 3, points: 2 },
      ],
    });
    expect(takeFromLots(draft, own.slice(1), 9)).toEqual({ taken: 3, uses: [{ lot: 3, points: 3 }] });
    expect(takeFromLots(draft, own, 0)).toEqual({ taken: 0, uses: [] });
    expect(reserveInLots(draft, 1, 2)).toEqual([{ lot: 1, points: 2 }]);
    expect(own.map(({ remaining, held }) => [remaining, held])).toEqual([
      [5, 2],
      [4, 4],
      [0, 0],
    ]);
    expect(() => takeFromLots(draft, own, -1)).toThrow("points to take are not negative");
    expect(() => editLot(draft, 9)).toThrow("a lot whose points move is loaded");
  });
});

describe("expire", () => {
  test("books what is free as gone, from where it is", () => {
    const draft = draftOf([lotOf(1, 10, { held: 4 }), lotOf(2, 3, { isPending: true, availableAt: NOW + 1 })]);

    expect([expire(draft, 1, NOW, 7), expire(draft, 2, NOW, 7), expire(draft, 1, NOW, 7), expire(draft, 9, NOW, 7)]).toEqual([6, 3, 0, 0]);

    expect(draft.rows.entries).toMatchObject([
      {
        wallet: 1,
        kind: "expiry",
        from: "available",
        to: "breakage",
        points: 6,
        occurredAt: NOW,
        ruleSet: 7,
        source: { kind: "expiry", id: "1" },
        uses: [{ lot: 1, points: 6 }],
      },
      { from: "pending", points: 3, source: { id: "2" } },
    ]);
    expect(events(draft)).toEqual([
      { type: "points.expired", occurredAt: NOW, data: { lot: 1, points: 6 } },
      { type: "points.expired", occurredAt: NOW, data: { lot: 2, points: 3 } },
    ]);
    expect(draft.lots.get(1)).toMatchObject({ remaining: 4, held: 4, expired: 6 });
    expect(draft.wallet(1)).toMatchObject({ available: 0, pending: 0, held: 4, expiredTotal: 9 });
  });
});

describe("activate", () => {
  test("makes what is left of a lot available", () => {
    const draft = draftOf([lotOf(2, 10, { isPending: true, availableAt: NOW })]);

    activate(draft, lotOf(2, 10), NOW, 7);
    activate(draft, lotOf(9, 10), NOW, 7);

    expect(draft.lots.get(2)?.isPending).toBe(false);
    expect(draft.rows.entries).toMatchObject([
      {
        kind: "activation",
        from: "pending",
        to: "available",
        points: 10,
        source: { kind: "activation", id: "2" },
        ruleSet: 7,
        occurredAt: NOW,
      },
    ]);
    expect(events(draft)).toEqual([{ type: "points.activated", occurredAt: NOW, data: { lot: 2, points: 10 } }]);
  });

  test("does nothing with an empty lot, which stays as it is", () => {
    const draft = draftOf([lotOf(2, 10, { remaining: 0, isPending: true, availableAt: NOW })]);
    activate(draft, lotOf(2, 10), NOW, 7);
    expect(movements(draft)).toEqual([]);
    expect(draft.lots.get(2)?.isPending).toBe(true);
  });
});

describe("grantLot", () => {
  const grant = (over: Partial<Grant> = {}): Grant => ({
    ...MOVEMENT,
    points: 10,
    kind: "accrual",
    availableAt: NOW,
    expiresAt: NEVER,
    ...over,
  });

  test("makes a lot, available or pending until its date", () => {
    const draft = draftOf([]);

    expect(grantLot(draft, grant({ expiresAt: NOW + 9, rule: "weekend" }), NOW)).toBe(1);
    expect(draft.nextChangeAt).toBe(NOW + 9);
    expect(grantLot(draft, grant({ availableAt: NOW + 1, expiresAt: NOW + 9, points: 4 }), NOW)).toBe(2);

    expect(draft.nextChangeAt).toBe(NOW + 1);
    expect(draft.lots.get(1)).toEqual({
      ...lotOf(1, 10),
      occurredAt: NOW,
      availableAt: NOW,
      expiresAt: NOW + 9,
      source: SOURCE,
      rule: "weekend",
    });
    expect(draft.lots.get(2)).toMatchObject({ granted: 4, remaining: 4, isPending: true, rule: null });
    expect(draft.wallet(1)).toMatchObject({ available: 10, pending: 4, accruedTotal: 14 });
  });

  test.each([
    ["accrual", "issued", 10],
    ["opening", "issued", 10],
    ["transfer_in", "clearing", 0],
    ["adjustment", "adjusted", 0],
  ] as const)("of %s comes from %s", (kind, from, accruedTotal) => {
    const draft = draftOf([]);
    grantLot(draft, grant({ kind }), NOW);
    expect(draft.rows.entries).toMatchObject([{ kind, from, to: "available", points: 10, ...MOVEMENT }]);
    expect(draft.wallet(1).accruedTotal).toBe(accruedTotal);
  });

  test("changes the next date only where it is sooner", () => {
    const draft = draftOf([lotOf(1, 1, { expiresAt: NOW + 1 })]);
    grantLot(draft, grant({ availableAt: NOW + 5, expiresAt: NOW + 3 }), NOW);
    expect(draft.nextChangeAt).toBe(NOW + 1);
    const pending = draftOf([]);
    grantLot(pending, grant({ availableAt: NOW + 5, expiresAt: NOW + 3 }), NOW);
    expect(pending.nextChangeAt).toBe(NOW + 3);
  });
});

describe("payDebt", () => {
  test("pays from the lots that are named and loaded, and is one movement", () => {
    const draft = draftOf([lotOf(1, 3), lotOf(2, 5), lotOf(3, 9)], { debt: 6 });

    payDebt(draft, { ...MOVEMENT, lots: [1, 2, 8] });
    payDebt(draft, { ...MOVEMENT, lots: [3] });

    expect(draft.rows.entries).toMatchObject([
      {
        ...MOVEMENT,
        kind: "debt_repayment",
        points: 6,
        uses: [
          { lot: 1, points: 3 },
          { lot: 2, points: 3 },
        ],
      },
    ]);
    expect(draft.wallet(1)).toMatchObject({ available: 11, debt: 0 });
  });

  test("stops where what has become available holds nothing", () => {
    expect(() => payDebt(draftOf([lotOf(1, 3, { remaining: 0 })], { debt: 6 }), { ...MOVEMENT, lots: [1] })).toThrow(
      "a lot that has just become available holds points",
    );
  });
});

test("backInLots lets go what came back too late, and answers how much", () => {
  const draft = draftOf([lotOf(1, 3, { expiresAt: NOW }), lotOf(2, 4, { expiresAt: NOW - 1 }), lotOf(3, 5, { expiresAt: NOW + 1 })]);
  draft.nextChangeAt = NEVER;

  expect(backInLots(draft, { ...MOVEMENT, lots: [1, 2, 3] }, { at: NOW - 5, now: NOW })).toBe(7);

  expect(draft.rows.entries.map(({ points, occurredAt }) => [points, occurredAt])).toEqual([
    [3, NOW - 5],
    [4, NOW - 5],
  ]);
  expect(draft.nextChangeAt).toBe(NOW + 1);
});

describe("dateLot", () => {
  const undated = (over: Partial<LotState> = {}) => lotOf(2, 10, { isPending: true, availableAt: NEVER, ...over });
  const dated = (availableAt: number, expiresAt: number, lot = undated()) => {
    const draft = draftOf([lot]);
    dateLot(draft, 2, { availableAt, expiresAt, ruleSet: 7 }, NOW);
    return draft;
  };

  test.each([
    [NOW + 1, NOW + 5, [], NOW + 1],
    [NOW + 5, NOW + 1, [], NOW + 1],
    [NOW, NOW + 5, ["activation pending→available 10"], NOW + 5],
    [NOW - 5, NOW, ["activation pending→available 10", "expiry available→breakage 10"], NEVER],
    [NOW - 5, NOW - 5, ["expiry pending→breakage 10"], NEVER],
    [NOW + 5, NOW, ["expiry pending→breakage 10"], NEVER],
  ])("available %d, expires %d", (availableAt, expiresAt, moved, next) => {
    const draft = dated(availableAt, expiresAt);
    expect(movements(draft)).toEqual(moved);
    expect(draft.lots.get(2)).toMatchObject({ availableAt, expiresAt });
    expect(draft.nextChangeAt).toBe(next);
  });

  test("is for a lot that waits without a date", () => {
    expect(isUndated(undated())).toBe(true);
    for (const over of [{ isPending: false }, { availableAt: NOW }, { remaining: 0 }]) {
      expect(isUndated(undated(over))).toBe(false);
      expect(() => dated(NOW, NOW, undated(over))).toThrow("a lot that gets its dates had none");
    }
  });
});

describe("movePoints", () => {
  test("hands over what expires first, one lot a date", () => {
    const from = draftOf([
      lotOf(1, 5),
      lotOf(2, 4, { expiresAt: NOW + 9, occurredAt: NOW - 1 }),
      lotOf(3, 3, { expiresAt: NOW + 9, occurredAt: NOW - 2 }),
    ]);
    const to = draftOf([], { debt: 1 });

    movePoints(from, to, { ...MOVEMENT, points: 9 });

    expect(from.rows.entries).toMatchObject([
      {
        ...MOVEMENT,
        kind: "transfer_out",
        from: "available",
        to: "clearing",
        points: 9,
        uses: [
          { lot: 3, points: 3 },
          { lot: 2, points: 4 },
          { lot: 1, points: 2 },
        ],
      },
    ]);
    expect(movements(to)).toEqual([
      "transfer_in clearing→available 7",
      "debt_repayment available→debt 1",
      "transfer_in clearing→available 2",
    ]);
    expect([...to.lots.values()]).toMatchObject([
      { granted: 7, expiresAt: NOW + 9, availableAt: NOW, source: SOURCE },
      { granted: 2, expiresAt: NEVER },
    ]);
  });
});
