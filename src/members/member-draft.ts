import type { BulkGrantState } from "../bulk-grants/bulk-grant.ts";
import { Overlay } from "../core/overlay.ts";
import type { CouponState, IssuedCoupon } from "../coupons/coupon.ts";
import type { CouponCode } from "../coupons/coupon-code.ts";
import type { MemberEventData, MemberEventType } from "../events/catalogue.ts";
import {
  type BookedEntry,
  type EntryRow,
  emptyWallet,
  type HoldState,
  type Instant,
  type LotState,
  type WalletState,
} from "../ledger/state.ts";
import type { RecordedEvent } from "../member-events/event.ts";
import type { MergedLot, MergeFacts, MergeRow, UnmergeRow } from "../merges/merge.ts";
import type { OrderState } from "../orders/order-state.ts";
import type { Pool, PoolChangeRow } from "../pools/pool.ts";
import type { RedemptionState } from "../rewards/redemption.ts";
import type { ReviewResult, TierReview } from "../tiers/review-state.ts";
import type { ActivityDay, WindowSums } from "../tiers/window-state.ts";
import { CounterBook, type CounterStates } from "./counter-book.ts";
import type { Profile } from "./member.ts";
import type { Alias, MemberState, TierChange, TierStanding } from "./member-state.ts";

export type TierChangeRow = TierChange & {
  cause: string;
  sourceId: string | null;
  ruleSet: number;
  /** Why and by whom the member was moved by hand; of an upgrade or a rule its id is the reason. */
  reason: string | null;
  actor: string | null;
};
export type EventRow = { version: number; n: number; type: MemberEventType; data: object; occurredAt: Instant };
export type ReturnRow = { id: string; orderId: string; occurredAt: Instant; answer: unknown };
export type SegmentChangeRow = { segmentId: string; action: "add" | "remove" };
/** A member whom a bulk grant gives something. */
export type BulkGrantRow = { grantId: string; at: Instant };
/** The member is erased: what is personal goes when the command is written. */
export type ErasureRow = { at: Instant };
export type CommandRow = { kind: number; id: string; answer: unknown };

/** Rows that a command only adds. */
export type AddedRows = {
  entries: EntryRow[];
  tierChanges: TierChangeRow[];
  reviews: ReviewResult[];
  events: EventRow[];
  returns: ReturnRow[];
  commands: CommandRow[];
  segmentChanges: SegmentChangeRow[];
  poolChanges: PoolChangeRow[];
  memberEvents: RecordedEvent[];
  coupons: IssuedCoupon[];
  mergedLots: MergedLot[];
  merges: MergeRow[];
  unmerges: UnmergeRow[];
  bulkGrants: BulkGrantRow[];
  erasures: ErasureRow[];
  /** Orders placed by this command; other changed orders are updates. */
  placedOrders: string[];
};

export const noRows = (): AddedRows => ({
  entries: [],
  tierChanges: [],
  reviews: [],
  events: [],
  returns: [],
  commands: [],
  segmentChanges: [],
  poolChanges: [],
  memberEvents: [],
  coupons: [],
  mergedLots: [],
  merges: [],
  unmerges: [],
  bulkGrants: [],
  erasures: [],
  placedOrders: [],
});

/**
 * Whose points a member may draw on in their household; `now` is the engine's clock. What `look` gives are copies that nobody keeps,
 * for who only wants to know how much there is.
 */
export type Purse = { poolId: string; now: Instant; mates(): MemberDraft[]; look(): MemberDraft[] };

/**
 * A member as one command leaves them: decisions read and change the draft, and the write path keeps it whole or
 * drops it whole. Nothing here does I/O or reads a clock.
 */
export class MemberDraft {
  readonly #state: MemberState;
  readonly key: number;
  readonly id: string;
  /** The version that this command makes. */
  readonly version: number;
  status: MemberState["status"];
  aliasOf: Alias | null;
  enrolledAt: Instant;
  enrolHash: string | null;
  profile: Profile | null;
  segments: readonly string[] | null;
  readonly pool: Pool | null;
  /** Of a command that spends, where the member may draw on others; null otherwise. */
  purse: Purse | null = null;
  isProfileChanged = false;
  tier: string;
  tierSince: Instant;
  review: TierReview | null;
  /** True when the row of `tier_reviews` changes. */
  isReviewChanged = false;
  entrySeq: number;
  nextChangeAt: Instant;
  windows: WindowSums | null;
  readonly lots: Overlay<number, LotState>;
  readonly holds: Overlay<string, HoldState>;
  readonly entries: ReadonlyMap<number, BookedEntry>;
  readonly orders: Overlay<string, OrderState>;
  readonly redemptions: Overlay<string, RedemptionState>;
  readonly activity: Overlay<string, ActivityDay>;
  readonly counters: CounterBook;
  readonly coupons: Overlay<string, CouponState>;
  readonly codes: ReadonlyMap<string, CouponCode>;
  readonly bulkGrants: Overlay<string, BulkGrantState>;
  readonly rows: AddedRows = noRows();
  readonly #wallets: Overlay<number, WalletState>;

  /** `programCounters` are shared by all commands of a batch. */
  constructor(state: MemberState, programCounters: CounterStates = new Map()) {
    this.#state = state;
    this.key = state.key;
    this.id = state.id;
    this.version = state.version + 1;
    this.status = state.status;
    this.aliasOf = state.aliasOf;
    this.enrolledAt = state.enrolledAt;
    this.enrolHash = state.enrolHash;
    this.profile = state.profile;
    this.segments = state.segments;
    this.pool = state.pool;
    this.tier = state.tier;
    this.tierSince = state.tierSince;
    this.review = state.review;
    this.entrySeq = state.entrySeq;
    this.nextChangeAt = state.nextChangeAt;
    this.windows = state.windows === null ? null : { day: state.windows.day, sums: { ...state.windows.sums } };
    this.lots = new Overlay(state.lots);
    this.holds = new Overlay(state.holds);
    this.entries = state.entries;
    this.orders = new Overlay(state.orders);
    this.redemptions = new Overlay(state.redemptions);
    this.activity = new Overlay(state.activity);
    this.counters = new CounterBook(state.counters, programCounters, state.reservation);
    this.coupons = new Overlay(state.coupons);
    this.codes = state.codes;
    this.bulkGrants = new Overlay(state.bulkGrants);
    this.#wallets = new Overlay(state.wallets);
  }

  wallet(number: number): Readonly<WalletState> {
    return this.#wallets.get(number) ?? emptyWallet();
  }

  editWallet(number: number): WalletState {
    return this.#wallets.edit(number) ?? this.#wallets.set(number, emptyWallet());
  }

  /** The tier that counted at an instant: the present one, or for an order that comes late the one of its time. */
  tierAt(instant: Instant, firstTier: string): TierStanding {
    if (instant >= this.tierSince) return { tier: this.tier, since: this.tierSince };
    const { tierChanges } = this.#state;
    const last = tierChanges
      .filter((change) => change.occurredAt <= instant)
      .reduce<TierChange | undefined>((latest, change) => (latest && latest.occurredAt > change.occurredAt ? latest : change), undefined);
    if (last !== undefined) return { tier: last.to, since: last.occurredAt };
    return { tier: tierChanges[0]?.from ?? firstTier, since: this.enrolledAt };
  }

  /** Null: the tier is kept for good. */
  setReview(review: TierReview | null): void {
    this.review = review;
    this.isReviewChanged = true;
  }

  /** What a merge into the member, or the undoing of one, needs to know. */
  mergeFacts(mergeId: string): MergeFacts | undefined {
    return this.#state.merges.get(mergeId);
  }

  announce<T extends MemberEventType>(type: T, occurredAt: Instant, data: MemberEventData<T>): void {
    this.rows.events.push({ version: this.version, n: this.rows.events.length, type, data, occurredAt });
  }

  /** The member as the draft has them now, as a state of its own that can be tried out. */
  snapshot(): MemberState {
    return {
      ...this.#state,
      status: this.status,
      enrolledAt: this.enrolledAt,
      profile: this.profile,
      segments: this.segments,
      tier: this.tier,
      tierSince: this.tierSince,
      review: this.review,
      entrySeq: this.entrySeq,
      nextChangeAt: this.nextChangeAt,
      windows: this.windows,
      wallets: new Map([...this.#wallets.entries()].map(([number, wallet]) => [number, { ...wallet }])),
      lots: new Map([...this.lots.entries()].map(([seq, lot]) => [seq, { ...lot }])),
      holds: new Map([...this.holds.entries()].map(([id, hold]) => [id, { ...hold }])),
      orders: new Map([...this.orders.entries()].map(([id, order]) => [id, { ...order }])),
      activity: new Map([...this.activity.entries()].map(([key, day]) => [key, { ...day }])),
    };
  }

  /** Writes the draft into the state it was made from, which the next command of this batch decides on. */
  keep(): void {
    const state = this.#state;
    state.version = this.version;
    state.status = this.status;
    state.aliasOf = this.aliasOf;
    state.enrolledAt = this.enrolledAt;
    state.enrolHash = this.enrolHash;
    state.profile = this.profile;
    state.segments = this.segments;
    state.tier = this.tier;
    state.tierSince = this.tierSince;
    state.review = this.review;
    state.entrySeq = this.entrySeq;
    state.nextChangeAt = this.nextChangeAt;
    state.windows = this.windows;
    for (const change of this.rows.tierChanges) state.tierChanges.push(change);
    this.lots.keep();
    this.holds.keep();
    this.orders.keep();
    this.redemptions.keep();
    this.activity.keep();
    this.counters.keep();
    state.reservation = this.counters.reservation;
    this.coupons.keep();
    this.bulkGrants.keep();
    this.#wallets.keep();
  }
}
