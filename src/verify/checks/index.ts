import { accountBalances } from "./account-balances.ts";
import { accountRows } from "./account-rows.ts";
import { accountTotals } from "./account-totals.ts";
import { auditedCommands, auditedTiers } from "./audited-changes.ts";
import { bulkGrantGifts } from "./bulk-grant-gifts.ts";
import { commandEffects } from "./command-effects.ts";
import { couponEnds } from "./coupon-ends.ts";
import { couponGrants } from "./coupon-grants.ts";
import { couponNotices } from "./coupon-notices.ts";
import { couponRevocations } from "./coupon-revocations.ts";
import { couponUses } from "./coupon-uses.ts";
import { entrySequence } from "./entry-sequence.ts";
import { entryUses } from "./entry-uses.ts";
import { eventOrder } from "./event-order.ts";
import { expiryNotices } from "./expiry-notices.ts";
import { holdEntries } from "./holds.ts";
import { lotGrants } from "./lot-grants.ts";
import { lotUses } from "./lot-uses.ts";
import type { MemberCheck } from "./member-check.ts";
import { mergedLots } from "./merged-lots.ts";
import { mergedMembers } from "./merged-members.ts";
import { adjustments, reversals } from "./moved-by-hand.ts";
import { nextChange } from "./next-change.ts";
import { orderClaims } from "./order-claims.ts";
import { orderClawbacks } from "./order-clawbacks.ts";
import { orderMonths } from "./order-months.ts";
import { orderPayments } from "./order-payments.ts";
import { poolMembers } from "./pool-members.ts";
import { quoteReservations } from "./quote-reservations.ts";
import { redemptionCoupons } from "./redemption-coupons.ts";
import { redemptionPoints } from "./redemption-points.ts";
import { runningBalance } from "./running-balance.ts";
import { tierHistory } from "./tier-history.ts";
import { tierReviews } from "./tier-reviews.ts";
import { tierSteps } from "./tier-steps.ts";
import { tierUpgrades } from "./tier-upgrades.ts";
import { tierWindows } from "./tier-windows.ts";
import { walletLots } from "./wallet-lots.ts";

/** The only list of checks over ranges of members. */
export const MEMBER_CHECKS: readonly MemberCheck[] = [
  accountRows,
  accountBalances,
  accountTotals,
  entrySequence,
  runningBalance,
  walletLots,
  lotGrants,
  lotUses,
  entryUses,
  holdEntries,
  nextChange,
  couponGrants,
  expiryNotices,
  couponUses,
  couponRevocations,
  couponEnds,
  couponNotices,
  tierHistory,
  tierSteps,
  tierReviews,
  tierUpgrades,
  tierWindows,
  orderMonths,
  orderClaims,
  orderClawbacks,
  orderPayments,
  commandEffects,
  adjustments,
  reversals,
  auditedCommands,
  auditedTiers,
  bulkGrantGifts,
  poolMembers,
  redemptionPoints,
  redemptionCoupons,
  mergedMembers,
  mergedLots,
  quoteReservations,
  eventOrder,
];
