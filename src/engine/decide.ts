import { decideAdjustPoints } from "../adjustments/decide-adjust-points.ts";
import { decideAdjustment } from "../adjustments/decide-adjustment.ts";
import { decideGrantInBulk } from "../bulk-grants/decide-grant-in-bulk.ts";
import { assert } from "../core/assert.ts";
import { decideAnnounceCouponExpiry, decideExpireCoupon } from "../coupons/decide-coupon-ends.ts";
import { decideIssueCoupon } from "../coupons/decide-issue-coupon.ts";
import { decideRevokeCoupon } from "../coupons/decide-revoke-coupon.ts";
import { decideEraseMember } from "../erasures/decide-erase-member.ts";
import { decideOpenHold } from "../holds/decide-open-hold.ts";
import { decideResolveHold } from "../holds/decide-resolve-hold.ts";
import { decideAnnounceExpiry } from "../ledger/decide-announce-expiry.ts";
import { decideSettleMember } from "../ledger/decide-settle-member.ts";
import { decideRecordDay } from "../member-days/decide-record-day.ts";
import { decideRecordEvent } from "../member-events/decide-record-event.ts";
import { decideEnrolMember } from "../members/decide-enrol-member.ts";
import { decideOpenBalance } from "../members/decide-open-balance.ts";
import { decideUpdateMember } from "../members/decide-update-member.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { OtherMembers } from "../members/other-members.ts";
import { decideMergeMembers } from "../merges/decide-merge-members.ts";
import { decideUnmergeMembers } from "../merges/decide-unmerge-members.ts";
import { decideCancelOrder } from "../orders/decide-cancel-order.ts";
import type { QuotedTerms } from "../orders/decide-cart.ts";
import { decideCompleteOrder } from "../orders/decide-complete-order.ts";
import { decideConfirmPoints } from "../orders/decide-confirm-points.ts";
import { decidePlaceOrder } from "../orders/decide-place-order.ts";
import { decideReleaseReservation, decideReserveQuote } from "../orders/decide-reserve-quote.ts";
import { decideReturnLines } from "../orders/decide-return-lines.ts";
import { decideReviseOrder } from "../orders/decide-revise-order.ts";
import { decideCreatePool, decideLeavePool, decidePutPoolMember } from "../pools/decide-pools.ts";
import type { CommandContext } from "../programs/decide-context.ts";
import { decideReverseEntry } from "../reversals/decide-reverse-entry.ts";
import { decideCancelRedemption, decideExpireRedemption } from "../rewards/decide-end-redemption.ts";
import { decideConfirmRedemption, decideFulfilRedemption } from "../rewards/decide-fulfil-redemption.ts";
import { decideRedeemReward } from "../rewards/decide-redeem-reward.ts";
import { decideChangeSegment } from "../segments/decide-change-segment.ts";
import { decideBuyUpgrade } from "../tiers/decide-buy-upgrade.ts";
import { decideReviewTier } from "../tiers/decide-review-tier.ts";
import { decideSetTier } from "../tiers/decide-set-tier.ts";
import { decideTransferPoints } from "../transfers/decide-transfer-points.ts";
import type { Command, CommandAnswers } from "./commands.ts";

/** What some commands bring along: the terms of a quote, and the other members that they name. */
export type BroughtAlong = { terms: QuotedTerms | undefined; others: OtherMembers };

/** The only list of decisions: pure functions that change the drafts and answer, or refuse with a LoyaltyError. */
export function decide(
  draft: MemberDraft,
  command: Command,
  context: CommandContext,
  { terms, others }: BroughtAlong,
): CommandAnswers[Command["kind"]] {
  switch (command.kind) {
    case "enrol_member":
      return decideEnrolMember(draft, command, context);
    case "update_member":
      return decideUpdateMember(draft, command, context);
    case "change_segment":
      return decideChangeSegment(draft, command, context);
    case "place_order":
      return decidePlaceOrder(draft, command, context, terms);
    case "reserve_quote":
      assert(terms, "what is reserved was quoted");
      return decideReserveQuote(draft, command, context, terms);
    case "release_reservation":
      return decideReleaseReservation(draft, command);
    case "revise_order":
      return decideReviseOrder(draft, command, context);
    case "complete_order":
      return decideCompleteOrder(draft, command, context);
    case "confirm_points":
      return decideConfirmPoints(draft, command, context);
    case "cancel_order":
      return decideCancelOrder(draft, command, context);
    case "return_lines":
      return decideReturnLines(draft, command, context);
    case "open_balance":
      return decideOpenBalance(draft, command, context);
    case "settle_member":
      return decideSettleMember(draft, context);
    case "announce_expiry":
      return decideAnnounceExpiry(draft, command, context);
    case "review_tier":
      return decideReviewTier(draft, command, context);
    case "record_event":
      return decideRecordEvent(draft, command, context);
    case "record_day":
      return decideRecordDay(draft, command, context);
    case "buy_upgrade":
      return decideBuyUpgrade(draft, command, context);
    case "merge_members":
      return decideMergeMembers(draft, others, command, context);
    case "unmerge_members":
      return decideUnmergeMembers(draft, others, command, context);
    case "erase_member":
      return decideEraseMember(draft, command, context);
    case "create_pool":
      return decideCreatePool(draft, command, context);
    case "put_pool_member":
      return decidePutPoolMember(draft, others, command, context);
    case "leave_pool":
      return decideLeavePool(draft, command, context);
    case "transfer_points":
      return decideTransferPoints(draft, others, command, context);
    case "adjust_points":
      return decideAdjustPoints(draft, command, context);
    case "decide_adjustment":
      return decideAdjustment(draft, command, context);
    case "reverse_entry":
      return decideReverseEntry(draft, command, context);
    case "redeem_reward":
      return decideRedeemReward(draft, command, context);
    case "fulfil_redemption":
      return decideFulfilRedemption(draft, command, context);
    case "confirm_redemption":
      return decideConfirmRedemption(draft, command, context);
    case "cancel_redemption":
      return decideCancelRedemption(draft, command, context);
    case "expire_redemption":
      return decideExpireRedemption(draft, command, context);
    case "set_tier":
      return decideSetTier(draft, command, context);
    case "grant_in_bulk":
      return decideGrantInBulk(draft, command, context);
    case "issue_coupon":
      return decideIssueCoupon(draft, command, context);
    case "revoke_coupon":
      return decideRevokeCoupon(draft, command, context);
    case "expire_coupon":
      return decideExpireCoupon(draft, command, context);
    case "announce_coupon_expiry":
      return decideAnnounceCouponExpiry(draft, command, context);
    case "open_hold":
      return decideOpenHold(draft, command, context);
    case "resolve_hold":
      return decideResolveHold(draft, command, context);
  }
}
