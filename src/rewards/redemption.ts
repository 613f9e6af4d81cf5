import { isoText, isoTextOrNull } from "../core/iso-text.ts";
import type { Instant, LotUse } from "../ledger/state.ts";
import type { CounterUse } from "../members/counter-book.ts";
import type { RewardGives } from "../programs/reward-definition.ts";

export const REDEMPTION_STATUSES = ["issued", "fulfilled", "cancelled", "expired"] as const;
export type RedemptionStatus = (typeof REDEMPTION_STATUSES)[number];
export type RedemptionChannel = "online" | "store";

/** What was paid of one wallet, from which lots, and what of it came back. */
export type PaidPart = { wallet: string; points: number; uses: LotUse[]; back?: { points: number; expired: number } };

/** What became of `gives` when it was fulfilled: the end of a privilege or a tier (null is none), the tiers before and after, the coupons. */
export type GivenReward = {
  until?: string | null | undefined;
  tier?: { before: string; after: string } | undefined;
  coupons?: GivenCoupon[] | undefined;
};

/** A coupon of the member's; instants are RFC 3339. */
export type GivenCoupon = { code: string; validFrom: string; validUntil: string | null };

/** A redemption: a row of `redemptions`. `expiresAt` is null where it waits for good. */
export type RedemptionState = {
  id: string;
  reward: string;
  quantity: number;
  channel: RedemptionChannel;
  status: RedemptionStatus;
  ruleSet: number;
  gives: RewardGives;
  given: GivenReward | null;
  paid: PaidPart[];
  uses: CounterUse[];
  codeHash: string | null;
  redeemedAt: Instant;
  expiresAt: Instant | null;
  fulfilledAt: Instant | null;
  endedAt: Instant | null;
  store: string | null;
  reason: string | null;
};

/** A redemption as the API shows it. Instants are RFC 3339. */
export type RedemptionView = {
  id: string;
  memberId: string;
  reward: string;
  quantity: number;
  channel: RedemptionChannel;
  status: RedemptionStatus;
  paid: { wallet: string; points: number }[];
  gives: RewardGives;
  given: GivenReward | null;
  /** `expired` came back too late for its lot and is gone. */
  givenBack: { wallet: string; points: number; expired: number }[];
  redeemedAt: string;
  expiresAt: string | null;
  fulfilledAt: string | null;
  endedAt: string | null;
  store: string | null;
  reason: string | null;
  ruleSet: number;
};

export const redemptionView = (memberId: string, redemption: RedemptionState): RedemptionView => ({
  id: redemption.id,
  memberId,
  reward: redemption.reward,
  quantity: redemption.quantity,
  channel: redemption.channel,
  status: redemption.status,
  paid: redemption.paid.map(({ wallet, points }) => ({ wallet, points })),
  gives: redemption.gives,
  given: redemption.given,
  givenBack: redemption.paid.flatMap(({ wallet, back }) => (back === undefined ? [] : [{ wallet, ...back }])),
  redeemedAt: isoText(redemption.redeemedAt),
  expiresAt: isoTextOrNull(redemption.expiresAt),
  fulfilledAt: isoTextOrNull(redemption.fulfilledAt),
  endedAt: isoTextOrNull(redemption.endedAt),
  store: redemption.store,
  reason: redemption.reason,
  ruleSet: redemption.ruleSet,
});
