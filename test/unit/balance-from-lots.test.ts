import { describe, expect, test } from "vitest";
import { balanceFromLots, type MemberAccounts, type OpenLot } from "../../src/ledger/balance-from-lots.ts";
import { emptyWallet, NEVER, type WalletState } from "../../src/ledger/state.ts";

const at = (text: string) => Date.parse(text);
const NOW = at("2026-06-01T00:00:00Z");
const EARLIER = at("2026-05-01T00:00:00Z");
const LATER = at("2026-07-01T00:00:00Z");
const MUCH_LATER = at("2026-08-01T00:00:00Z");
const WALLETS = new Map([
  [1, "points"],
  [2, "status"],
]);

const lot = (seq: number, remaining: number, times: Partial<OpenLot> = {}): OpenLot => ({
  seq,
  wallet: 1,
  remaining,
  held: 0,
  isPending: false,
  availableAt: EARLIER,
  expiresAt: NEVER,
  ...times,
});

const member = (wallet: Partial<WalletState>, nextChangeAt: number = NEVER): MemberAccounts => ({
  memberId: "17850",
  tier: "silver",
  version: 7,
  nextChangeAt,
  wallets: new Map([[1, { ...emptyWallet(), ...wallet }]]),
});

function pointsOf(accounts: MemberAccounts, lots: OpenLot[], now = NOW) {
  const { balance, nextChangeAt } = balanceFromLots(accounts, { lots, holds: [] }, WALLETS, now);
  const { available, pending, debt } = balance.wallets.points ?? expect.fail("the wallet is missing");
  return { available, pending, debt, nextChangeAt };
}

describe("balanceFromLots", () => {
  test("answers the account as it stands where nothing changes, with all wallets of the program", () => {
    const account = { available: 90, held: 10, accruedTotal: 150, clawedBackTotal: 20, redeemedTotal: 30 };

    expect(balanceFromLots(member(account), { lots: [], holds: [] }, WALLETS, NOW)).toEqual({
      balance: {
        memberId: "17850",
        tier: "silver",
        version: 7,
        asOf: "2026-06-01T00:00:00.000Z",
        wallets: {
          points: { available: 90, pending: 0, held: 10, debt: 0, accruedTotal: 130, redeemedTotal: 30, expiring: [] },
          status: { available: 0, pending: 0, held: 0, debt: 0, accruedTotal: 0, redeemedTotal: 0, expiring: [] },
        },
      },
      nextChangeAt: NEVER,
    });
  });

  test.each([
    {
      title: "nothing is due before the next change",
      account: { available: 10, pending: 5 },
      lots: [lot(1, 10), lot(2, 5, { isPending: true, availableAt: LATER })],
      expected: { available: 10, pending: 5, debt: 0, nextChangeAt: LATER },
    },
    {
      title: "pending points are available from their very instant",
      account: { available: 10, pending: 5 },
      lots: [lot(1, 10), lot(2, 5, { isPending: true, availableAt: NOW })],
      expected: { available: 15, pending: 0, debt: 0, nextChangeAt: NEVER },
    },
    {
      title: "expired points are gone from their very instant",
      account: { available: 15 },
      lots: [lot(1, 10, { expiresAt: NOW }), lot(2, 5, { expiresAt: LATER })],
      expected: { available: 5, pending: 0, debt: 0, nextChangeAt: LATER },
    },
    {
      title: "pending points can expire",
      account: { pending: 5 },
      lots: [lot(1, 5, { isPending: true, availableAt: LATER, expiresAt: NOW })],
      expected: { available: 0, pending: 0, debt: 0, nextChangeAt: NEVER },
    },
    {
      title: "points that became available and expired since are gone",
      account: { available: 1, pending: 5 },
      lots: [lot(1, 1), lot(2, 5, { isPending: true, availableAt: EARLIER, expiresAt: NOW })],
      expected: { available: 1, pending: 0, debt: 0, nextChangeAt: NEVER },
    },
    {
      title: "what becomes available pays the debt first",
      account: { pending: 5, debt: 3 },
      lots: [lot(1, 5, { isPending: true, availableAt: NOW })],
      expected: { available: 2, pending: 0, debt: 0, nextChangeAt: NEVER },
    },
    {
      title: "a debt that is larger stays in part",
      account: { pending: 5, debt: 8 },
      lots: [lot(1, 5, { isPending: true, availableAt: NOW })],
      expected: { available: 0, pending: 0, debt: 3, nextChangeAt: NEVER },
    },
    {
      title: "a debt is paid by points that would have expired since",
      account: { pending: 5, debt: 3 },
      lots: [lot(1, 5, { isPending: true, availableAt: EARLIER, expiresAt: NOW })],
      expected: { available: 0, pending: 0, debt: 0, nextChangeAt: NEVER },
    },
  ])("$title", ({ account, lots, expected }) => {
    const nextChange = Math.min(
      ...lots.map(({ isPending, availableAt, expiresAt }) => Math.min(isPending ? availableAt : NEVER, expiresAt)),
    );

    expect(pointsOf(member(account, nextChange), lots)).toEqual(expected);
  });

  test("as the clock moves, points become available, then expire", () => {
    const lots = [lot(1, 5, { isPending: true, availableAt: LATER, expiresAt: MUCH_LATER })];
    const accounts = member({ pending: 5 }, LATER);

    expect(pointsOf(accounts, lots, LATER - 1)).toEqual({ available: 0, pending: 5, debt: 0, nextChangeAt: LATER });
    expect(pointsOf(accounts, lots, LATER)).toEqual({ available: 5, pending: 0, debt: 0, nextChangeAt: MUCH_LATER });
    expect(pointsOf(accounts, lots, MUCH_LATER)).toEqual({ available: 0, pending: 0, debt: 0, nextChangeAt: NEVER });
  });

  test("lists what expires by instant and wallet, soonest first, and not what paid a debt or is gone", () => {
    const lots = [
      lot(1, 10, { expiresAt: MUCH_LATER }),
      lot(2, 20, { expiresAt: LATER }),
      lot(3, 30, { expiresAt: MUCH_LATER, isPending: true, availableAt: NOW }),
      lot(4, 40, { expiresAt: NOW }),
      lot(5, 50),
      lot(6, 60, { wallet: 2, expiresAt: LATER }),
    ];
    const accounts = member({ available: 120, pending: 30, debt: 4 }, NOW);
    const { balance } = balanceFromLots(
      { ...accounts, wallets: new Map([...accounts.wallets, [2, { ...emptyWallet(), available: 60 }]]) },
      { lots, holds: [] },
      WALLETS,
      NOW,
    );

    expect(balance.wallets.points?.expiring).toEqual([
      { at: "2026-07-01T00:00:00.000Z", points: 20 },
      { at: "2026-08-01T00:00:00.000Z", points: 36 },
    ]);
    expect(balance.wallets.status?.expiring).toEqual([{ at: "2026-07-01T00:00:00.000Z", points: 60 }]);
  });

  test("lists at most 24 instants", () => {
    const lots = Array.from({ length: 30 }, (_, day) => lot(day + 1, 1, { expiresAt: LATER + day * 86_400_000 }));
    const { balance } = balanceFromLots(member({ available: 30 }, LATER), { lots: lots.toReversed(), holds: [] }, WALLETS, NOW);

    expect(balance.wallets.points?.expiring).toHaveLength(24);
    expect(balance.wallets.points?.expiring.at(-1)).toEqual({ at: "2026-07-24T00:00:00.000Z", points: 1 });
  });

  test("changes nothing of what it was given", () => {
    const lots = [lot(1, 5, { isPending: true, availableAt: NOW })];
    const accounts = member({ pending: 5, debt: 1 }, NOW);
    const before = structuredClone({ lots, accounts });

    balanceFromLots(accounts, { lots, holds: [] }, WALLETS, NOW);

    expect({ lots, accounts }).toEqual(before);
  });
});
