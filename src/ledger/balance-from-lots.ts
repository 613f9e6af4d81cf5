import { isoText } from "../core/iso-text.ts";
import { MemberDraft } from "../members/member-draft.ts";
import { unknownMember } from "../members/member-state.ts";
import { type Balance, EXPIRING_DATES_MAX, type ExpiringPoints } from "./balance.ts";
import { freeOf } from "./lots.ts";
import { nextChangeAt, settle } from "./settle.ts";
import { type EntryRow, emptyWallet, type HoldState, type Instant, type LotState, NEVER, type WalletState } from "./state.ts";
import { walletSummary } from "./summary.ts";

/** A member's rows of `accounts`, wallets by number. */
export type MemberAccounts = {
  memberId: string;
  tier: string;
  version: number;
  /** The next activation or expiry as of the last command: past it the numbers in `wallets` are out of date. */
  nextChangeAt: Instant;
  wallets: ReadonlyMap<number, WalletState>;
};

/** What a balance needs to know of a lot that holds points. */
export type OpenLot = Pick<LotState, "seq" | "wallet" | "remaining" | "held" | "isPending" | "availableAt" | "expiresAt">;

/** A balance and how long it holds: at `nextChangeAt` points become available or expire. */
export type DatedBalance = { balance: Balance; nextChangeAt: Instant };

const RULE_SET_OF_NOTHING_WRITTEN = 0;

/** What of a member the clock changes: all open lots and holds. */
export type OpenPoints = { lots: readonly OpenLot[]; holds: readonly HoldState[] };

type Standing = {
  wallets: ReadonlyMap<number, WalletState>;
  lots: readonly Readonly<LotState>[];
  holds: readonly Readonly<HoldState>[];
};

/** What the next command would find: the same function that commands settle with, on a copy. */
function settleCopy(member: MemberAccounts, { lots, holds }: OpenPoints, now: Instant): MemberDraft {
  const draft = new MemberDraft({
    ...unknownMember(0, member.memberId),
    status: "active",
    tier: member.tier,
    version: member.version,
    nextChangeAt: member.nextChangeAt,
    wallets: new Map(member.wallets),
    lots: new Map(lots.map((lot) => [lot.seq, asLotState(lot)])),
    holds: new Map(holds.map((hold) => [hold.id, hold])),
  });
  settle(draft, now, RULE_SET_OF_NOTHING_WRITTEN);
  return draft;
}

function standingAt(member: MemberAccounts, open: OpenPoints, now: Instant): Standing {
  if (member.nextChangeAt > now) return { wallets: member.wallets, lots: open.lots.map(asLotState), holds: open.holds };
  const draft = settleCopy(member, open, now);
  return {
    wallets: new Map([...member.wallets.keys()].map((wallet) => [wallet, draft.wallet(wallet)])),
    lots: [...draft.lots.values()],
    holds: [...draft.holds.values()],
  };
}

const asLotState = (lot: OpenLot): LotState => ({
  ...lot,
  granted: lot.remaining,
  clawedBack: 0,
  expired: 0,
  occurredAt: 0,
  source: { kind: "activation", id: String(lot.seq) },
  rule: null,
});

/** The expiry instants of a wallet with the points that go at each, soonest first: at most so many. */
export function expiringPoints(lots: Iterable<OpenLot>, wallet: number, datesMax = Number.POSITIVE_INFINITY): ExpiringPoints[] {
  const parts: [Instant, number][] = [];
  for (const lot of lots) {
    if (lot.wallet === wallet && freeOf(lot) > 0 && lot.expiresAt !== NEVER) parts.push([lot.expiresAt, freeOf(lot)]);
  }
  return nextDates(parts, datesMax);
}

/** The first dates, at most so many, at which any of these points expire. */
export function nextDates(parts: readonly [Instant, number][], datesMax: number): ExpiringPoints[] {
  const pointsAt = new Map<Instant, number>();
  for (const [at, points] of parts) pointsAt.set(at, (pointsAt.get(at) ?? 0) + points);
  const dates = [...pointsAt].sort(([a], [b]) => a - b).slice(0, datesMax);
  return dates.map(([at, points]) => ({ at: isoText(at), points }));
}

/**
 * A member's balance at `now`: the account's numbers as they stand, or past `nextChangeAt` what the clock has made of
 * them (pending points that became available pay debt first; expired ones are gone), as the next command will book it.
 *
 * Units:   whole points; instants in milliseconds.
 * Needs:   all open lots and holds of a member whose `nextChangeAt` is not `NEVER`; none otherwise.
 */
export function balanceFromLots(
  member: MemberAccounts,
  open: OpenPoints,
  walletIds: ReadonlyMap<number, string>,
  now: Instant,
): DatedBalance {
  const standing = standingAt(member, open, now);
  const expiring = (wallet: number) => expiringPoints(standing.lots, wallet, EXPIRING_DATES_MAX);
  return {
    balance: balanceOf(member, { wallets: standing.wallets, expiring }, walletIds, now),
    nextChangeAt: nextChangeAt(standing.lots, standing.holds),
  };
}

/**
 * The same before the member's `nextChangeAt`, when nothing of the account has to be computed: from the next dates at which points
 * expire, by wallet, as many as a balance lists.
 */
export function balanceAsItStands(
  member: MemberAccounts,
  expiring: ReadonlyMap<number, ExpiringPoints[]>,
  walletIds: ReadonlyMap<number, string>,
  now: Instant,
): DatedBalance {
  const standing = { wallets: member.wallets, expiring: (wallet: number) => expiring.get(wallet) ?? [] };
  return { balance: balanceOf(member, standing, walletIds, now), nextChangeAt: member.nextChangeAt };
}

function balanceOf(
  { memberId, tier, version }: MemberAccounts,
  { wallets, expiring }: { wallets: ReadonlyMap<number, WalletState>; expiring: (wallet: number) => ExpiringPoints[] },
  walletIds: ReadonlyMap<number, string>,
  now: Instant,
): Balance {
  const byId: Balance["wallets"] = {};
  for (const [number, id] of walletIds) byId[id] = { ...walletSummary(wallets.get(number) ?? emptyWallet()), expiring: expiring(number) };
  return { memberId, tier, wallets: byId, version, asOf: isoText(now) };
}

/** Movements that the clock has made due by `now` and no command has booked yet, as the next command will book them. */
export const dueEntries = (member: MemberAccounts, open: OpenPoints, now: Instant): EntryRow[] =>
  member.nextChangeAt > now ? [] : settleCopy(member, open, now).rows.entries;
