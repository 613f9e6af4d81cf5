import { LoyaltyError } from "../core/errors.ts";
import { isoTextOrNull } from "../core/iso-text.ts";
import { addPeriod, parsePeriod } from "../core/period.ts";
import type { Instant } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CommandContext, DecideContext } from "../programs/decide-context.ts";
import { changeTier, knownTier } from "../tiers/change-tier.ts";
import { tierReachedBy } from "./reasons.ts";
import type { GivenReward, RedemptionState } from "./redemption.ts";
import { giveCoupons } from "./reward-coupons.ts";

/** The end of a period that begins now; null for one that does not end. */
function endOf(period: string | undefined, { program, now }: DecideContext): Instant | null {
  return period === undefined ? null : addPeriod(new Date(now), parsePeriod(period), program.definition.timeZone).getTime();
}

/**
 * Gives what a redemption gives, where that is a matter of the engine's: a privilege, a tier, coupons.
 * Errors: reward_unavailable, where the tier has become no higher than the member's (top_reached) or the coupons have ended (coupon_over).
 */
function give(draft: MemberDraft, redemption: RedemptionState, context: CommandContext): GivenReward | null {
  const { program, now } = context;
  const { id, reward, gives } = redemption;
  switch (gives.kind) {
    case "product":
    case "custom":
      return null;
    case "coupon":
      return giveCoupons(draft, redemption, gives.coupon, context);
    case "entitlement": {
      const until = isoTextOrNull(endOf(gives.for, context));
      draft.announce("entitlement.granted", now, { entitlement: gives.entitlement, value: gives.value, until, redemptionId: id });
      return { until };
    }
    case "tier_upgrade": {
      const before = knownTier(program, draft.tier);
      const after = tierReachedBy(gives, program.definition, before);
      if (after === undefined) throw new LoyaltyError("reward_unavailable", { reward, reason: "top_reached" });
      changeTier(draft, program, after, { cause: "reward", sourceId: id, occurredAt: now, reason: reward });
      const until = endOf(gives.for, context);
      if (until !== null) draft.setReview({ dueAt: until, state: "granted" });
      return { until: isoTextOrNull(until), tier: { before, after } };
    }
  }
}

/** Marks a redemption as fulfilled and gives what it gives. */
export function fulfil(draft: MemberDraft, redemption: RedemptionState, context: CommandContext): void {
  redemption.given = give(draft, redemption, context);
  redemption.status = "fulfilled";
  redemption.fulfilledAt = context.now;
  const { id, reward, quantity, channel, store } = redemption;
  draft.announce("reward.fulfilled", context.now, { redemptionId: id, reward, quantity, channel, store });
}
