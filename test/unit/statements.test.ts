import { describe, expect, test } from "vitest";
import { balanceFromLots, dueEntries, expiringPoints, type MemberAccounts } from "../../src/ledger/balance-from-lots.ts";
import { emptyWallet, NEVER } from "../../src/ledger/state.ts";
import { changeOf, type MovedSum, walletStatements } from "../../src/ledger/statement.ts";
import { statementCsv } from "../../src/ledger/statement-csv.ts";
import { dueMovement } from "../../src/ledger/statement-view.ts";
import { at, lotOf } from "../support/drafts.ts";

const NOW = at("2026-03-01T00:00:00Z");
const none = { available: 0, pending: 0, held: 0, debt: 0 };

const moved = (
  kind: MovedSum["kind"],
  from: MovedSum["from"],
  to: MovedSum["to"],
  points: number,
  movements = 1,
  wallet = 1,
): MovedSum => ({
  wallet,
  kind,
  from,
  to,
  points,
  movements,
});

describe("changeOf", () => {
  test.each([
    ["issued", "available", { available: 5 }],
    ["pending", "available", { pending: -5, available: 5 }],
    ["held", "redeemed", { held: -5 }],
    ["available", "debt", { available: -5, debt: -5 }],
    ["debt", "reversed", { debt: 5 }],
    ["issued", "redeemed", {}],
    ["available", "available", {}],
  ] as const)("%s to %s", (from, to, change) => {
    expect(changeOf({ from, to, points: 5 })).toEqual({ ...none, ...change });
  });
});

describe("walletStatements", () => {
  test("say what each wallet had, what moved in it by kind, and what that left", () => {
    const before = [
      moved("accrual", "issued", "pending", 30),
      moved("accrual", "issued", "available", 10),
      moved("opening", "issued", "available", 9, 1, 2),
    ];
    const within = [
      moved("redemption", "available", "redeemed", 4, 2),
      moved("accrual", "issued", "available", 7, 3),
      moved("accrual", "issued", "pending", 1),
      moved("activation", "pending", "available", 30),
      moved("redemption", "available", "redeemed", 9, 1, 2),
    ];

    expect(walletStatements([1, 2, 3], before, within)).toEqual([
      {
        wallet: 1,
        opening: { ...none, available: 10, pending: 30 },
        closing: { ...none, available: 43, pending: 1 },
        totals: [
          { ...none, kind: "accrual", movements: 4, points: 8, available: 7, pending: 1 },
          { ...none, kind: "activation", movements: 1, points: 30, available: 30, pending: -30 },
          { ...none, kind: "redemption", movements: 2, points: 4, available: -4 },
        ],
      },
      {
        wallet: 2,
        opening: { ...none, available: 9 },
        closing: none,
        totals: [{ ...none, kind: "redemption", movements: 1, points: 9, available: -9 }],
      },
      { wallet: 3, opening: none, closing: none, totals: [] },
    ]);
  });
});

const entry = {
  seq: 5,
  wallet: 1,
  kind: "expiry",
  from: "available",
  to: "breakage",
  points: 3,
  availableAfter: 0,
  occurredAt: NOW,
  ruleSet: 1,
  source: { kind: "expiry", id: "2" },
  uses: [],
} as const;

test("a movement that is due has no number, no rule set and no time of record yet", () => {
  expect(dueMovement({ ...entry, uses: [] }, 71, "points")).toEqual({
    seq: null,
    wallet: "points",
    kind: "expiry",
    from: "available",
    to: "breakage",
    points: 3,
    change: { ...none, available: -3 },
    source: { kind: "expiry", id: "lot_1z_2" },
    ruleSet: null,
    occurredAt: "2026-03-01T00:00:00.000Z",
    recordedAt: null,
  });
});

test("a statement as a file: each wallet opens, moves and closes", () => {
  const due = dueMovement({ ...entry, uses: [] }, 71, "points");
  const csv = statementCsv({
    memberId: "M1",
    month: "2026-03",
    timeZone: "UTC",
    from: "2026-03-01",
    until: "2026-04-01",
    wallets: [
      {
        wallet: "points",
        opening: { available: 3, pending: 1, held: 2, debt: 4 },
        closing: { ...none, pending: 1, held: 2, debt: 4 },
        totals: [],
      },
      { wallet: "status", opening: none, closing: none, totals: [] },
    ],
    movements: [due, { ...due, wallet: "status", seq: 8, ruleSet: 2, recordedAt: "2026-03-02", source: { kind: "order", id: "O,1" } }],
    movementsLeftOut: 0,
  });

  expect(csv).toBe(
    [
      "row,wallet,seq,occurredAt,recordedAt,kind,sourceKind,sourceId,ruleSet,available,pending,held,debt",
      "opening,points,,2026-03-01,,,,,,3,1,2,4",
      "movement,points,,2026-03-01T00:00:00.000Z,,expiry,expiry,lot_1z_2,,-3,0,0,0",
      "closing,points,,2026-04-01,,,,,,0,1,2,4",
      "opening,status,,2026-03-01,,,,,,0,0,0,0",
      'movement,status,8,2026-03-01T00:00:00.000Z,2026-03-02,expiry,order,"O,1",2,-3,0,0,0',
      "closing,status,,2026-04-01,,,,,,0,0,0,0",
      "",
    ].join("\r\n"),
  );
});

describe("what is due", () => {
  const member = (nextChangeAt: number, wallet = { available: 10 }): MemberAccounts => ({
    memberId: "M1",
    tier: "base",
    version: 3,
    nextChangeAt,
    wallets: new Map([[1, { ...emptyWallet(), ...wallet }]]),
  });
  const expired = lotOf(1, 10, { expiresAt: NOW });

  test("is what the next command will book, and nothing before its instant", () => {
    const open = { lots: [expired], holds: [] };
    expect(dueEntries(member(NOW), open, NOW)).toMatchObject([
      { kind: "expiry", points: 10, occurredAt: NOW, ruleSet: 0, source: { kind: "expiry", id: "1" } },
    ]);
    expect(dueEntries(member(NOW + 1), open, NOW)).toEqual([]);
  });

  test("is in a balance as soon as it is due: holds that end too", () => {
    const held = { id: "H1", wallet: 1, points: 4, captured: 0, status: "open", reason: null, createdAt: 0, resolvedAt: null } as const;
    const open = {
      lots: [lotOf(1, 10, { held: 4, expiresAt: NOW + 9 })],
      holds: [{ ...held, expiresAt: NOW, uses: [{ lot: 1, points: 4 }] }],
    };
    const account = { ...emptyWallet(), available: 6, held: 4 };
    const at = (now: number) => balanceFromLots(member(NOW, account), open, new Map([[1, "points"]]), now);

    expect(at(NOW - 1).balance.wallets.points).toMatchObject({ available: 6, held: 4, expiring: [{ points: 6 }] });
    expect(at(NOW - 1).nextChangeAt).toBe(NOW);
    expect(at(NOW).balance.wallets.points).toMatchObject({ available: 10, held: 0, expiring: [{ points: 10 }] });
    expect(at(NOW).nextChangeAt).toBe(NOW + 9);
  });

  test("leaves what is due later", () => {
    const held = { id: "H1", wallet: 1, points: 4, captured: 0, status: "open", reason: null, createdAt: 0, resolvedAt: null } as const;
    const open = {
      lots: [expired, lotOf(2, 4, { held: 4 })],
      holds: [{ ...held, expiresAt: NOW + 5, uses: [{ lot: 2, points: 4 }] }],
    };
    const account = { ...emptyWallet(), available: 10, held: 4 };
    const found = balanceFromLots(member(NOW, account), open, new Map([[1, "points"]]), NOW);
    expect(found.balance.wallets.points).toMatchObject({ available: 0, held: 4 });
    expect(found.nextChangeAt).toBe(NOW + 5);
  });

  test("expiringPoints tells of free points of the wallet, those of one instant together", () => {
    const lots = [
      lotOf(1, 5, { expiresAt: NOW + 2 }),
      lotOf(2, 5, { expiresAt: NOW + 1, held: 2 }),
      lotOf(3, 5, { expiresAt: NOW + 2, held: 1 }),
      lotOf(4, 5, { expiresAt: NOW + 1, held: 5 }),
      lotOf(5, 5, { expiresAt: NOW + 1, wallet: 2 }),
      lotOf(6, 5, { expiresAt: NEVER }),
    ];
    expect(expiringPoints(lots, 1)).toEqual([
      { at: "2026-03-01T00:00:00.001Z", points: 3 },
      { at: "2026-03-01T00:00:00.002Z", points: 9 },
    ]);
  });
});
