import type pg from "pg";
import { assert } from "../core/assert.ts";
import { isoText } from "../core/iso-text.ts";
import { dateToDay } from "../core/period.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { SERVER_LIFE } from "../db/server-life.ts";
import { BEGIN, enterHotPath } from "../db/transaction.ts";
import { type StoredHold, toHold } from "../ledger/hold-rows.ts";
import { type StoredLot, toInstant, toLot, toWallet } from "../ledger/rows.ts";
import type { Instant } from "../ledger/state.ts";
import { type MemberState, unknownMember } from "../members/member-state.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import { type RedemptionRow, toRedemption } from "../rewards/rows.ts";
import { countsOrderMonths, markOrderMonths } from "../tiers/order-months.ts";
import { activityKey } from "../tiers/window-state.ts";
import { sumWindows } from "../tiers/windows.ts";
import { type FirstAccountRow, type OtherAccountRow, selectFirstAccounts, selectOtherAccounts } from "./load/accounts.ts";
import {
  type ActivityRow,
  type LookingPlan,
  looksAtTiers,
  selectActivity,
  selectTierChanges,
  type TierChangeRow,
} from "./load/activity.ts";
import { loadNamedEntries, toEntry } from "./load/entries.ts";
import { selectHoldLots, selectHolds } from "./load/holds.ts";
import { selectLotsToSpend, selectOpenLots, selectOpenLotsOf, selectOrderLots } from "./load/lots.ts";
import { type MemberRow, type ProfileRow, selectMembers, selectProfiles, toAlias, toProfile } from "./load/members.ts";
import { selectMonthsOfLooks, selectMonthsOfOrders } from "./load/order-months.ts";
import { type OrderRow, selectOrders, toOrder } from "./load/orders.ts";
import { type PaymentRow, selectPaymentLots, selectPayments, toPayment } from "./load/payments.ts";
import { type PoolRow, selectPools, toPools } from "./load/pools.ts";
import { selectRedemptionLots, selectRedemptions } from "./load/redemptions.ts";
import { type ReviewRow, selectReviews, toReview } from "./load/reviews.ts";
import { type SegmentRow, selectSegments } from "./load/segments.ts";
import { type BatchPlan, claimKey } from "./plan.ts";
import type { Transaction } from "./transaction-outcome.ts";

/** A batch under its locks: what was claimed, and the members as they are. */
export type LoadedBatch = {
  /** The rule set in force at the batch's time as this transaction sees it; null when the program has none. */
  version: number | null;
  /** To ask afterwards whether it was committed. */
  transaction: Transaction;
  ownClaims: Set<string>;
  members: Map<string, MemberState>;
};

type BeginRow = { version: number | null; xid: string; serverLife: string; claimed: number[] };

const beginBatch = ({ members, claims }: BatchPlan, now: Instant): pg.QueryConfig => {
  const position = new Map(members.map(({ id }, index) => [id, index + 1]));
  return {
    name: "begin_batch",
    text: `select version, xid, ${SERVER_LIFE} as "serverLife", claimed
             from loyalty_begin_batch($1::text[], $2::boolean[], $3::smallint[], $4::text[], $5::integer[], $6::uuid[], $7::timestamptz)`,
    values: [
      members.map(({ id }) => id),
      members.map(({ mayEnrol }) => mayEnrol),
      claims.map(({ kind }) => REQUEST_KINDS[kind]),
      claims.map(({ id }) => id),
      claims.map(({ memberId }) => position.get(memberId)),
      claims.map(({ hash }) => hash),
      isoText(now),
    ],
  };
};

/** Begins the transaction, claims, locks and loads: one round trip on a pipelined connection. */
export async function loadBatch(
  client: pg.ClientBase,
  programId: number,
  plan: BatchPlan,
  program: CompiledProgram,
  now: Instant,
): Promise<LoadedBatch> {
  const [, , begun, members] = await Promise.all([
    client.query(BEGIN),
    client.query(enterHotPath(client, programId)),
    client.query<BeginRow>(beginBatch(plan, now)),
    loadMembers(client, programId, plan, program, { now, lock: true }),
  ]);
  const [row] = begun.rows;
  assert(row, "begin_batch answers one row");
  const ownClaims = new Set(
    row.claimed.map((n) => {
      const claim = plan.claims[n - 1];
      assert(claim, "a claimed position is one of the claims");
      return claimKey(claim);
    }),
  );
  const transaction = { id: row.xid, serverLife: row.serverLife };
  return { version: row.version, transaction, ownClaims, members };
}

/** Loads what a plan needs of its members, within the transaction that the connection is in. Unknown members are missing. */
export async function loadMembers(
  client: pg.ClientBase,
  programId: number,
  plan: Pick<BatchPlan, "members">,
  program: CompiledProgram,
  { now, lock }: { now: Instant; lock: boolean },
): Promise<Map<string, MemberState>> {
  const ids = plan.members.map(({ id }) => id);
  const withProfile = plan.members.filter(({ profile }) => profile).map(({ id }) => id);
  const withSegments = plan.members.filter(({ segments }) => segments).map(({ id }) => id);
  const withPool = plan.members.filter(({ pool }) => pool).map(({ id }) => id);
  const looking = plan.members.filter(looksAtTiers);
  const orders = plan.members.flatMap(({ id, orderIds }) => [...orderIds].map((orderId) => ({ id, orderId })));
  const orderMembers = orders.map(({ id }) => id);
  const orderIds = orders.map(({ orderId }) => orderId);
  const redeemed = plan.members.flatMap(({ id, redemptionIds }) => [...redemptionIds].map((redemptionId) => ({ id, redemptionId })));
  const held = plan.members.flatMap(({ id, holdIds }) => [...holdIds].map((holdId) => ({ id, holdId })));
  const lotsNeededBy = plan.members.filter(({ openLots }) => openLots).map(({ id }) => id);
  const spending = plan.members.filter(({ openLots, spends }) => !openLots && spends.size > 0);
  const reviewed = plan.members.filter(({ review }) => review).map(({ id }) => id);

  const byMonths = countsOrderMonths(program);

  const rowsOf = async <Row extends pg.QueryResultRow>(query: pg.QueryConfig, isNeeded: boolean): Promise<Row[]> =>
    isNeeded ? (await client.query<Row>(query)).rows : [];
  const [
    first,
    members,
    profiles,
    segments,
    pools,
    others,
    openLots,
    lotsToSpend,
    orderLots,
    orderRows,
    activity,
    reviews,
    monthsOfLooks,
    monthsOfOrders,
    redemptions,
    redemptionLots,
    holdLots,
  ] = await Promise.all([
    rowsOf<FirstAccountRow>(selectFirstAccounts(programId, ids, lock), true),
    rowsOf<MemberRow>(selectMembers(programId, ids), true),
    rowsOf<ProfileRow>(selectProfiles(programId, withProfile), withProfile.length > 0),
    rowsOf<SegmentRow>(selectSegments(programId, withSegments), withSegments.length > 0),
    rowsOf<PoolRow>(selectPools(programId, withPool), withPool.length > 0),
    rowsOf<OtherAccountRow>(selectOtherAccounts(programId, ids), program.definition.wallets.length > 1),
    rowsOf<StoredLot>(selectOpenLots(programId, lotsNeededBy), lotsNeededBy.length > 0),
    rowsOf<StoredLot>(selectLotsToSpend(programId, spending), spending.length > 0),
    rowsOf<StoredLot>(selectOrderLots(programId, orderMembers, orderIds), orders.length > 0),
    rowsOf<OrderRow>(selectOrders(programId, orderMembers, orderIds), orders.length > 0),
    rowsOf<ActivityRow>(
      selectActivity(programId, plan.members, program),
      program.windows.length > 0 || looking.some(({ tiers }) => tiers.isWhole),
    ),
    rowsOf<ReviewRow>(selectReviews(programId, reviewed), reviewed.length > 0),
    rowsOf<ActivityRow>(selectMonthsOfLooks(programId, looking), byMonths && looking.length > 0),
    rowsOf<ActivityRow>(
      selectMonthsOfOrders(programId, orderMembers, orderIds, program.definition.timeZone),
      byMonths && orders.length > 0,
    ),
    rowsOf<RedemptionRow>(selectRedemptions(programId, redeemed), redeemed.length > 0),
    rowsOf<StoredLot>(selectRedemptionLots(programId, redeemed), redeemed.length > 0),
    rowsOf<StoredLot>(selectHoldLots(programId, held), held.length > 0),
  ]);

  const states = new Map<number, MemberState>();
  const accounts = new Map(first.map((row) => [row.member_key, row]));
  for (const row of members) {
    const account = accounts.get(row.member_key);
    if (account !== undefined) states.set(row.member_key, toMemberState(row, account));
  }
  for (const row of profiles) edit(states, row, (state) => (state.profile = toProfile(row)));
  for (const [key, pool] of toPools(pools)) edit(states, { member_key: key }, (state) => (state.pool = pool));
  const onLists = new Map(segments.map((row) => [row.member_key, row.segments]));
  const needsSegments = new Set(withSegments);
  for (const [key, state] of states) if (needsSegments.has(state.id)) state.segments = onLists.get(key) ?? [];
  for (const row of others) edit(states, row, (state) => state.wallets.set(row.wallet, toWallet(row)));
  for (const row of [...openLots, ...lotsToSpend, ...orderLots, ...redemptionLots, ...holdLots])
    edit(states, row, (state) => state.lots.set(row.seq, toLot(row)));
  for (const row of reviews) edit(states, row, (state) => (state.review = toReview(row)));
  for (const row of redemptions) edit(states, row, (state) => state.redemptions.set(row.redemption_id, toRedemption(row)));
  for (const row of orderRows) edit(states, row, (state) => state.orders.set(row.order_id, toOrder(row)));
  for (const row of [...activity, ...monthsOfLooks, ...monthsOfOrders]) {
    const day = { day: dateToDay(row.day), metric: row.metric, amount: row.amount, added: 0 };
    edit(states, row, (state) => state.activity.set(activityKey(day.day, day.metric), day));
  }
  for (const [key, state] of states) setWindows(state, accounts.get(key), program);
  await Promise.all([
    loadDueLots(client, programId, plan, states, now),
    loadTierChanges(client, programId, looking, states),
    loadHolds(client, programId, plan, states),
    loadEntries(client, programId, plan, states),
    loadPayments(client, programId, states),
  ]);
  return new Map([...states.values()].map((state) => [state.id, state]));
}

/** Loads the open lots of those whose points the clock has changed: a round trip more for them, and none for a batch without them. */
async function loadDueLots(
  client: pg.ClientBase,
  programId: number,
  plan: Pick<BatchPlan, "members">,
  states: Map<number, MemberState>,
  now: Instant,
): Promise<void> {
  const loaded = new Set(plan.members.filter(({ openLots }) => openLots).map(({ id }) => id));
  const due = [...states.values()].filter(({ id, nextChangeAt }) => nextChangeAt <= now && !loaded.has(id));
  if (due.length === 0) return;
  const { rows } = await client.query<StoredLot>(
    selectOpenLotsOf(
      programId,
      due.map(({ key }) => key),
    ),
  );
  for (const row of rows) edit(states, row, (state) => state.lots.set(row.seq, toLot(row)));
}

/** Loads the history of tiers of those with an order from before their present tier: a round trip more for them, and none for other batches. */
async function loadTierChanges(
  client: pg.ClientBase,
  programId: number,
  looking: readonly LookingPlan[],
  states: Map<number, MemberState>,
): Promise<void> {
  const firstLooks = new Map(looking.map(({ id, tiers }) => [id, tiers.firstAt]));
  const late = [...states.values()].filter(({ id, tierSince }) => (firstLooks.get(id) ?? tierSince) < tierSince);
  if (late.length === 0) return;
  const { rows } = await client.query<TierChangeRow>(
    selectTierChanges(
      programId,
      late.map(({ key }) => key),
    ),
  );
  for (const row of rows) {
    const change = { version: row.version, from: row.from_tier, to: row.to_tier, occurredAt: row.occurred_at.getTime() };
    edit(states, row, (state) => state.tierChanges.push(change));
  }
}

/** Loads holds into those who have held points or whose holds are named: a round trip more for them, and none for a batch without them. */
async function loadHolds(
  client: pg.ClientBase,
  programId: number,
  plan: Pick<BatchPlan, "members">,
  states: Map<number, MemberState>,
): Promise<void> {
  const holdIds = plan.members.flatMap((member) => [...member.holdIds]);
  const named = new Set(plan.members.filter((member) => member.holdIds.size > 0).map(({ id }) => id));
  const holders = [...states.values()].filter((state) => named.has(state.id) || [...state.wallets.values()].some(({ held }) => held > 0));
  if (holders.length === 0) return;
  const keys = holders.map(({ key }) => key);
  const { rows } = await client.query<StoredHold>(selectHolds(programId, keys, holdIds));
  for (const row of rows) edit(states, row, (state) => state.holds.set(row.hold_id, toHold(row)));
}

/** Loads the entries that commands name, with the lots that they made or took from: for those commands alone. */
async function loadEntries(
  client: pg.ClientBase,
  programId: number,
  plan: Pick<BatchPlan, "members">,
  states: Map<number, MemberState>,
): Promise<void> {
  const keys = new Map([...states.values()].map(({ id, key }) => [id, key]));
  const asked = plan.members.flatMap(({ id, entrySeqs }) => {
    const key = keys.get(id);
    return key === undefined ? [] : [...entrySeqs].map((seq) => ({ key, seq }));
  });
  if (asked.length === 0) return;
  const { entries, lots } = await loadNamedEntries(client, programId, asked);
  for (const row of entries) edit(states, row, (state) => state.entries.set(row.seq, toEntry(row)));
  for (const row of lots) edit(states, row, (state) => state.lots.set(row.seq, toLot(row)));
}

/** Loads the payments of loaded orders that were paid with points, with their lots: a round trip more for them, and none for other batches. */
async function loadPayments(client: pg.ClientBase, programId: number, states: Map<number, MemberState>): Promise<void> {
  const paid = [...states].flatMap(([memberKey, { orders }]) =>
    [...orders.values()].flatMap(({ id, decision }) => ((decision.payment?.points ?? 0) > 0 ? [{ memberKey, orderId: id }] : [])),
  );
  if (paid.length === 0) return;
  const [payments, lots] = await Promise.all([
    client.query<PaymentRow>(selectPayments(programId, paid)),
    client.query<StoredLot>(selectPaymentLots(programId, paid)),
  ]);
  for (const row of lots.rows) edit(states, row, (state) => state.lots.set(row.seq, toLot(row)));
  for (const row of payments.rows) {
    edit(states, row, ({ orders }) => {
      const order = orders.get(row.order_id);
      if (order !== undefined) order.payment = toPayment(row);
    });
  }
}

function edit(states: Map<number, MemberState>, row: { member_key: number }, change: (state: MemberState) => unknown): void {
  const state = states.get(row.member_key);
  if (state !== undefined) change(state);
}

function toMemberState(member: MemberRow, account: FirstAccountRow): MemberState {
  return {
    ...unknownMember(member.member_key, member.id),
    status: member.status,
    aliasOf: toAlias(member),
    enrolledAt: member.enrolled_at?.getTime() ?? 0,
    enrolHash: member.enrol_hash,
    tier: account.tier ?? "",
    tierSince: account.tier_since?.getTime() ?? 0,
    entrySeq: account.entry_seq,
    version: account.version,
    nextChangeAt: toInstant(account.next_change_at),
    wallets: new Map([[1, toWallet(account)]]),
  };
}

/** The stored running sums, or under another rule set new ones as of the same day. */
function setWindows(state: MemberState, account: FirstAccountRow | undefined, program: CompiledProgram): void {
  if (account?.windows_day === null || account?.windows_day === undefined) return;
  const day = dateToDay(account.windows_day);
  const isCurrent = account.windows_rule_set === program.version && account.windows !== null;
  if (!isCurrent && countsOrderMonths(program)) markOrderMonths(state.activity);
  state.windows = isCurrent ? { day, sums: account.windows ?? {} } : sumWindows(state.activity.values(), program.windows, day);
}
