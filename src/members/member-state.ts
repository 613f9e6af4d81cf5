import type { BulkGrantState } from "../bulk-grants/bulk-grant.ts";
import type { CouponState } from "../coupons/coupon.ts";
import type { CouponCode } from "../coupons/coupon-code.ts";
import { type BookedEntry, type HoldState, type Instant, type LotState, NEVER, type WalletState } from "../ledger/state.ts";
import type { MergeFacts } from "../merges/merge.ts";
import type { OrderState } from "../orders/order-state.ts";
import type { Pool } from "../pools/pool.ts";
import type { RedemptionState } from "../rewards/redemption.ts";
import type { TierReview } from "../tiers/review-state.ts";
import type { ActivityDay, WindowSums } from "../tiers/window-state.ts";
import type { CounterStates } from "./counter-book.ts";
import type { MemberStatus, Profile } from "./member.ts";
import type { Reservation } from "./reservation.ts";

/** The member that an id stands for since it was merged into them. */
export type Alias = { key: number; id: string };

/** One change of tier, as far as it is needed to decide an order that comes late. */
export type TierChange = { version: number; from: string | null; to: string; occurredAt: Instant };

/** The tier that a member has at some instant, and since when. */
export type TierStanding = { tier: string; since: Instant };

/**
 * Everything of one member that a batch has loaded under the member's lock. Lots, orders, activity and tier changes
 * are those that the batch's commands need, not all there are.
 */
export type MemberState = {
  key: number;
  id: string;
  status: MemberStatus | "placeholder";
  /** Null of a member of their own. */
  aliasOf: Alias | null;
  enrolledAt: Instant;
  enrolHash: string | null;
  /** Null when the batch did not need it. */
  profile: Profile | null;
  /** The lists that the member is on, by id; null when the batch did not need it. */
  segments: readonly string[] | null;
  /** The household that the member is in, where a command needs it. */
  pool: Pool | null;
  tier: string;
  tierSince: Instant;
  entrySeq: number;
  version: number;
  nextChangeAt: Instant;
  windows: WindowSums | null;
  wallets: Map<number, WalletState>;
  lots: Map<number, LotState>;
  /** Open ones where lots are loaded, and those that a command names. */
  holds: Map<string, HoldState>;
  /** Those that a command names, by sequence number. */
  entries: Map<number, BookedEntry>;
  orders: Map<string, OrderState>;
  /** Those that the batch's commands are about. */
  redemptions: Map<string, RedemptionState>;
  activity: Map<string, ActivityDay>;
  tierChanges: TierChange[];
  /** The next review, where a command needs it; null where there is none or nobody asked. */
  review: TierReview | null;
  /** Those of its own that the batch may ask or change, with 0 where nothing is used. */
  counters: CounterStates;
  /** What the member's last quote holds of the program's counters, where the batch asks for any. */
  reservation: Reservation | null;
  /** Those that the batch's commands name, by code. */
  coupons: Map<string, CouponState>;
  /** Codes that are not bound to a member, where the batch's commands name them. */
  codes: Map<string, CouponCode>;
  /** What merges into the member, and their undoing, need to know, by the merge's id. */
  merges: Map<string, MergeFacts>;
  /** Those that commands of the batch name. */
  bulkGrants: Map<string, BulkGrantState>;
};

/** A member of whom nothing is known yet but the id: what a batch loads is laid over it. */
export const unknownMember = (key: number, id: string): MemberState => ({
  key,
  id,
  status: "placeholder",
  aliasOf: null,
  enrolledAt: 0,
  enrolHash: null,
  profile: null,
  segments: null,
  pool: null,
  tier: "",
  tierSince: 0,
  entrySeq: 0,
  version: 0,
  nextChangeAt: NEVER,
  windows: null,
  wallets: new Map(),
  lots: new Map(),
  holds: new Map(),
  entries: new Map(),
  orders: new Map(),
  redemptions: new Map(),
  activity: new Map(),
  tierChanges: [],
  review: null,
  counters: new Map(),
  reservation: null,
  coupons: new Map(),
  codes: new Map(),
  merges: new Map(),
  bulkGrants: new Map(),
});
