import { describe, expect, test } from "vitest";
import { ACCOUNT_NAMES, ACCOUNTS, ENTRY_KIND_NAMES, ENTRY_KINDS, SOURCE_KIND_NAMES, SOURCE_KINDS } from "../../src/ledger/accounts.ts";
import { accountsFromHistory, type HistoricLot, type History } from "../../src/ledger/balance-as-of.ts";
import { type AccountRow, toMemberAccounts, toOpenPoints } from "../../src/ledger/balance-rows.ts";
import { HOLD_COLUMNS, type StoredHold, toHold } from "../../src/ledger/hold-rows.ts";
import { LOT_COLUMNS, type StoredLot, toInstant, toLot, toWallet, WALLET_COLUMNS } from "../../src/ledger/rows.ts";
import { emptyWallet, isoOrNull, NEVER } from "../../src/ledger/state.ts";
import { lotId, nameOf, sourceView, storedSourceView } from "../../src/ledger/stored-names.ts";

const AT = new Date("2026-03-01T00:00:00Z");
const LATER = new Date("2026-03-02T00:00:00Z");

const walletRow = {
  available: 1,
  pending: 2,
  held: 3,
  debt: 4,
  accrued_total: 5,
  clawed_back_total: 6,
  redeemed_total: 7,
  expired_total: 8,
};
const wallet = {
  available: 1,
  pending: 2,
  held: 3,
  debt: 4,
  accruedTotal: 5,
  clawedBackTotal: 6,
  redeemedTotal: 7,
  expiredTotal: 8,
};
const lotRow: StoredLot = {
  member_key: 9,
  seq: 2,
  wallet: 1,
  granted: 10,
  remaining: 8,
  held: 3,
  clawed_back: 1,
  expired: 4,
  is_pending: true,
  occurred_at: AT,
  available_at: LATER,
  expires_at: Number.POSITIVE_INFINITY,
  source_kind: 1,
  source_id: "O1",
  rule: "weekend",
};
const holdRow: StoredHold = {
  member_key: 9,
  hold_id: "H1",
  wallet: 1,
  points: 5,
  captured: 2,
  status: "captured",
  reason: "voucher",
  created_at: AT,
  expires_at: LATER,
  resolved_at: LATER,
  uses: [{ lot: 2, points: 5 }],
};
const hold = {
  id: "H1",
  wallet: 1,
  points: 5,
  captured: 2,
  status: "captured",
  reason: "voucher",
  createdAt: AT.getTime(),
  expiresAt: LATER.getTime(),
  resolvedAt: LATER.getTime(),
  uses: [{ lot: 2, points: 5 }],
};

describe("the codes of accounts, movements and sources", () => {
  test("each stand for one name, and are what is stored", () => {
    for (const [codes, names] of [
      [ACCOUNTS, ACCOUNT_NAMES],
      [ENTRY_KINDS, ENTRY_KIND_NAMES],
      [SOURCE_KINDS, SOURCE_KIND_NAMES],
    ] as const)
      expect(Object.fromEntries([...names].map(([code, name]) => [name, code]))).toEqual(codes);
    expect(ACCOUNTS).toEqual({
      available: 1,
      pending: 2,
      held: 3,
      debt: 4,
      issued: 11,
      redeemed: 12,
      breakage: 13,
      adjusted: 14,
      reversed: 15,
      clearing: 16,
      fees: 17,
    });
  });

  test("a code without a name is a defect", () => {
    expect(nameOf(SOURCE_KIND_NAMES, 1)).toBe("order");
    expect(() => nameOf(SOURCE_KIND_NAMES, 99)).toThrow("the stored code 99 has a name");
  });

  test("a lot has one opaque name, and what the clock does it does to a lot", () => {
    expect(lotId(71, 4)).toBe("lot_1z_4");
    expect(sourceView(71, "expiry", "4")).toEqual({ kind: "expiry", id: "lot_1z_4" });
    expect(sourceView(71, "activation", "4")).toEqual({ kind: "activation", id: "lot_1z_4" });
    expect(storedSourceView(71, { source_kind: 1, source_id: "O1" })).toEqual({ kind: "order", id: "O1" });
  });
});

describe("rows", () => {
  test("of accounts", () => {
    expect(toWallet(walletRow)).toEqual(wallet);
    expect(WALLET_COLUMNS).toEqual(Object.keys(walletRow));
  });

  test("of lots", () => {
    expect(toLot(lotRow)).toEqual({
      seq: 2,
      wallet: 1,
      granted: 10,
      remaining: 8,
      held: 3,
      clawedBack: 1,
      expired: 4,
      isPending: true,
      occurredAt: AT.getTime(),
      availableAt: LATER.getTime(),
      expiresAt: NEVER,
      source: { kind: "order", id: "O1" },
      rule: "weekend",
    });
    expect(LOT_COLUMNS.split(/,\s+/)).toEqual(Object.keys(lotRow).map((column) => `l.${column}`));
    expect(() => toLot({ ...lotRow, source_kind: 99 })).toThrow();
  });

  test("of holds", () => {
    expect(toHold(holdRow)).toEqual(hold);
    expect(toHold({ ...holdRow, resolved_at: null }).resolvedAt).toBeNull();
    expect(HOLD_COLUMNS.split(", ")).toEqual(Object.keys(holdRow).map((column) => `h.${column}`));
  });

  test("never is null and infinity there, and null outside", () => {
    expect([AT, null, Number.POSITIVE_INFINITY].map(toInstant)).toEqual([AT.getTime(), NEVER, NEVER]);
    expect([AT.getTime(), NEVER].map(isoOrNull)).toEqual(["2026-03-01T00:00:00.000Z", null]);
  });

  test("of one member", () => {
    const account = (number: number, over: Partial<AccountRow> = {}): AccountRow => ({
      ...walletRow,
      asked_id: "alias",
      member_key: 9,
      id: "M1",
      wallet: number,
      version: 4,
      tier: "gold",
      next_change_at: LATER,
      ...over,
    });
    const second = account(2, { version: 0, tier: null, next_change_at: null });

    expect(toMemberAccounts([second, account(1)])).toEqual({
      memberId: "M1",
      tier: "gold",
      version: 4,
      nextChangeAt: LATER.getTime(),
      wallets: new Map([
        [2, wallet],
        [1, wallet],
      ]),
    });
    expect(toOpenPoints({ lots: [lotRow], holds: [holdRow] })).toEqual({
      lots: [
        {
          seq: 2,
          wallet: 1,
          remaining: 8,
          held: 3,
          isPending: true,
          availableAt: LATER.getTime(),
          expiresAt: NEVER,
        },
      ],
      holds: [hold],
    });
    expect(() => toMemberAccounts([second])).toThrow("first wallet");
    expect(() => toMemberAccounts([account(1, { tier: null })])).toThrow("tier");
  });
});

describe("accountsFromHistory", () => {
  const moved = (kind: keyof typeof ENTRY_KINDS, from: keyof typeof ACCOUNTS, to: keyof typeof ACCOUNTS, points: number, number = 1) => ({
    wallet: number,
    kind: ENTRY_KINDS[kind],
    from_account: ACCOUNTS[from],
    to_account: ACCOUNTS[to],
    points,
  });
  const lot = (seq: number, remaining: number, over: Partial<HistoricLot> = {}): HistoricLot => ({
    seq,
    wallet: 1,
    remaining,
    held: 0,
    is_pending: false,
    available_at: AT,
    expires_at: Number.POSITIVE_INFINITY,
    ...over,
  });
  const asOf = (history: Partial<History>) =>
    accountsFromHistory(
      { moved: [], lots: [], holds: [], tier: "gold", version: 3, ...history },
      { memberId: "M1", firstTier: "base", at: AT.getTime() },
    );

  test("sums what moved in each wallet; what is available and pending is in the lots", () => {
    const { member, open } = asOf({
      moved: [
        moved("accrual", "issued", "available", 100),
        moved("opening", "issued", "available", 30),
        moved("hold", "available", "held", 20),
        moved("capture", "held", "redeemed", 5),
        moved("redemption", "available", "redeemed", 11),
        moved("give_back", "redeemed", "available", 1),
        moved("expiry", "available", "breakage", 7),
        moved("clawback", "available", "reversed", 3),
        moved("debt_incurred", "debt", "reversed", 9),
        moved("debt_repayment", "available", "debt", 2),
        moved("accrual", "issued", "pending", 40, 2),
      ],
      lots: [lot(1, 50, { held: 15 }), lot(2, 6, { is_pending: true }), lot(3, 4, { available_at: LATER }), lot(4, 40, { wallet: 2 })],
    });

    expect(member).toMatchObject({ memberId: "M1", tier: "gold", version: 3, nextChangeAt: Number.NEGATIVE_INFINITY });
    expect(member.wallets).toEqual(
      new Map([
        [
          1,
          {
            available: 35,
            pending: 10,
            held: 15,
            debt: 7,
            accruedTotal: 130,
            clawedBackTotal: 12,
            redeemedTotal: 15,
            expiredTotal: 7,
          },
        ],
        [2, { ...emptyWallet(), available: 40, accruedTotal: 40 }],
      ]),
    );
    expect(open.lots).toMatchObject([
      { seq: 1, wallet: 1, remaining: 50, held: 15, isPending: false, availableAt: AT.getTime(), expiresAt: NEVER },
      { isPending: true },
      { isPending: true, availableAt: LATER.getTime() },
      { isPending: false },
    ]);
  });

  test("a debt that was paid is none, and who had no tier yet has the first", () => {
    const { member } = asOf({ moved: [moved("debt_repayment", "available", "debt", 2)], tier: null });
    expect(member.wallets.get(1)?.debt).toBe(0);
    expect(member.tier).toBe("base");
  });

  test("a hold is as it was before it was resolved", () => {
    expect(asOf({ holds: [holdRow] }).open.holds).toEqual([{ ...hold, status: "open", captured: 0, resolvedAt: null }]);
  });
});
