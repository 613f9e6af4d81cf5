import type { Instant } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CommandContext } from "../programs/decide-context.ts";
import type { Decision } from "../rules/decision.ts";
import { couponDefinition, issueCoupon } from "./issue-coupon.ts";

/** What a decision was made on, and how its announcements name it. */
export type DecidedOn = { cause: "order" | "event"; sourceId: string; names: Record<string, string> };

/**
 * Gives each coupon of a decision that takes effect. One that the program does not have is the shop's own: it is announced by
 * its name.
 */
export function grantCoupons(draft: MemberDraft, { effects }: Decision, at: Instant, on: DecidedOn, context: CommandContext): void {
  const given = new Map<string, number>();
  for (const effect of effects) {
    if (effect.kind !== "coupon") continue;
    const { coupon, rule } = effect;
    const definition = couponDefinition(context, coupon);
    if (definition === undefined) {
      draft.announce("coupon.granted", at, { coupon, rule, ...on.names });
      continue;
    }
    const key = `${rule} ${coupon}`;
    const n = given.get(key) ?? 0;
    given.set(key, n + 1);
    issueCoupon(draft, definition, at, { ...on, rule, n }, context);
  }
}
