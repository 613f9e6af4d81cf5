import type { AdjustmentProposalView, AdjustmentView, AdjustPoints, DecideAdjustment } from "../adjustments/commands.ts";
import type { GrantedInBulkView, GrantInBulk } from "../bulk-grants/commands.ts";
import type {
  AnnounceCouponExpiry,
  CouponEndView,
  CouponView,
  ExpireCoupon,
  IssueCoupon,
  RevokeCoupon,
  RevokedCouponView,
} from "../coupons/commands.ts";
import type { EraseMember, ErasureView } from "../erasures/commands.ts";
import type { HoldView, OpenHold, ResolveHold } from "../holds/commands.ts";
import type { AnnouncedExpiryView, AnnounceExpiry, SettledView, SettleMember } from "../ledger/commands.ts";
import type { RecordDay } from "../member-days/commands.ts";
import type { RecordEvent } from "../member-events/commands.ts";
import type { EventView } from "../member-events/event.ts";
import type { EnrolMember, OpenBalance, OpeningView, UpdateMember } from "../members/commands.ts";
import type { MemberView } from "../members/member.ts";
import type { MergeMembers, MergeView, UnmergeMembers, UnmergeView } from "../merges/commands.ts";
import type {
  CancelOrder,
  CompleteOrder,
  ConfirmedPointsView,
  ConfirmPoints,
  PlaceOrder,
  ReleaseReservation,
  ReservationView,
  ReserveQuote,
  ReturnLines,
  ReviseOrder,
} from "../orders/commands.ts";
import type { OrderView, ReturnView } from "../orders/order.ts";
import type { CreatePool, LeavePool, PoolMembershipView, PutPoolMember } from "../pools/commands.ts";
import type { ReversalView, ReverseEntry } from "../reversals/commands.ts";
import type {
  CancelRedemption,
  ConfirmRedemption,
  ExpireRedemption,
  FulfilRedemption,
  RedeemReward,
  RedemptionAnswer,
} from "../rewards/commands.ts";
import type { RuleTrace } from "../rules/decision.ts";
import type { ChangeSegment, SegmentChangeView } from "../segments/commands.ts";
import type { BoughtUpgradeView, BuyUpgrade, ReviewTier, ReviewTierView, SetTier, TierSetView } from "../tiers/commands.ts";
import type { TransferPoints, TransferView } from "../transfers/commands.ts";

export type { EnrolMember, OpenBalance, OpeningView, UpdateMember } from "../members/commands.ts";
export type { CancelOrder, CompleteOrder, PlaceOrder, ReturnLines, ReviseOrder } from "../orders/commands.ts";
export type { ChangeSegment } from "../segments/commands.ts";

/** The program a request works in; it comes from the API key. */
export type ProgramContext = { programId: number; id: string };

/** Every change is one of these. */
export type Command =
  | EnrolMember
  | UpdateMember
  | ChangeSegment
  | PlaceOrder
  | ReserveQuote
  | ReleaseReservation
  | ReviseOrder
  | CompleteOrder
  | ConfirmPoints
  | CancelOrder
  | ReturnLines
  | OpenBalance
  | SettleMember
  | AnnounceExpiry
  | ReviewTier
  | RecordEvent
  | RecordDay
  | BuyUpgrade
  | IssueCoupon
  | RevokeCoupon
  | GrantInBulk
  | ExpireCoupon
  | AnnounceCouponExpiry
  | TransferPoints
  | AdjustPoints
  | DecideAdjustment
  | ReverseEntry
  | CreatePool
  | PutPoolMember
  | LeavePool
  | RedeemReward
  | FulfilRedemption
  | ConfirmRedemption
  | CancelRedemption
  | ExpireRedemption
  | SetTier
  | MergeMembers
  | UnmergeMembers
  | EraseMember
  | OpenHold
  | ResolveHold;

/** What each command answers. JSON-ready: it is stored and answered again on a replay. */
export type CommandAnswers = {
  enrol_member: MemberView;
  update_member: MemberView;
  change_segment: SegmentChangeView;
  place_order: OrderView;
  reserve_quote: ReservationView;
  release_reservation: ReservationView;
  revise_order: OrderView;
  complete_order: OrderView;
  confirm_points: ConfirmedPointsView;
  cancel_order: OrderView;
  return_lines: ReturnView;
  open_balance: OpeningView;
  settle_member: SettledView;
  announce_expiry: AnnouncedExpiryView;
  review_tier: ReviewTierView;
  record_event: EventView;
  record_day: EventView;
  buy_upgrade: BoughtUpgradeView;
  adjust_points: AdjustmentView | AdjustmentProposalView;
  decide_adjustment: AdjustmentProposalView;
  reverse_entry: ReversalView;
  set_tier: TierSetView;
  issue_coupon: CouponView;
  revoke_coupon: RevokedCouponView;
  grant_in_bulk: GrantedInBulkView;
  expire_coupon: CouponEndView;
  announce_coupon_expiry: CouponEndView;
  merge_members: MergeView;
  unmerge_members: UnmergeView;
  erase_member: ErasureView;
  transfer_points: TransferView;
  create_pool: PoolMembershipView;
  put_pool_member: PoolMembershipView;
  leave_pool: PoolMembershipView;
  redeem_reward: RedemptionAnswer;
  fulfil_redemption: RedemptionAnswer;
  confirm_redemption: RedemptionAnswer;
  cancel_redemption: RedemptionAnswer;
  expire_redemption: RedemptionAnswer;
  open_hold: HoldView;
  resolve_hold: HoldView;
};

export type Answer<K extends Command["kind"]> = {
  result: CommandAnswers[K];
  /** True when the id was used before with the same body: this is the first answer again, and nothing changed. */
  replayed: boolean;
  /** Says what the rules said, where this very call decided an order or an event. */
  explain?: () => RuleTrace[];
};

export type SubmitOptions = {
  /** Decides on a copy, writes nothing. */
  dryRun?: boolean;
  /** Called when the command stands in the queue: what is submitted for its member from then on takes effect after it. */
  queued?: () => void;
};

/** The one write path. Rejects with a LoyaltyError for a refusal. */
export interface Engine {
  submit<C extends Command>(program: ProgramContext, command: C, options?: SubmitOptions): Promise<Answer<C["kind"]>>;
  /** Waits for what is queued and refuses what comes (`shutting_down`). */
  drain(): Promise<void>;
}
