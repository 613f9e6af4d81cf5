import type { Instant } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { Decision } from "../rules/decision.ts";

/** Announces each coupon of a decision that takes effect; `names` says what it was decided on. */
export function announceCoupons(draft: MemberDraft, { effects }: Decision, at: Instant, names: Record<string, string>): void {
  for (const effect of effects) {
    if (effect.kind === "coupon") draft.announce("coupon.granted", at, { coupon: effect.coupon, rule: effect.rule, ...names });
  }
}
