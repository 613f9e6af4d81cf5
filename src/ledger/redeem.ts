import { LoyaltyError } from "../core/errors.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { Source } from "./accounts.ts";
import { availableLots, takeFromLots } from "./lots.ts";
import { post } from "./post.ts";
import type { Instant } from "./state.ts";

export type Redemption = { wallet: { number: number; id: string }; points: number; occurredAt: Instant; source: Source; ruleSet: number };

/**
 * Spends points of one wallet, those that expire first. What was accrued in total stays as it is. Needs the member's open lots,
 * settled.
 * Units:   whole points, above 0.
 * Errors:  insufficient_points when fewer are available; nothing is taken.
 */
export function redeem(draft: MemberDraft, { wallet, points, occurredAt, source, ruleSet }: Redemption): void {
  const spendable = draft.wallet(wallet.number).available;
  if (spendable < points) {
    throw new LoyaltyError("insufficient_points", { wallet: wallet.id, requested: points, spendable, missing: points - spendable });
  }
  const { uses } = takeFromLots(draft, availableLots(draft, wallet.number), points);
  post(draft, { wallet: wallet.number, kind: "redemption", from: "available", to: "redeemed", points, occurredAt, source, ruleSet, uses });
  draft.editWallet(wallet.number).redeemedTotal += points;
  draft.announce("points.redeemed", occurredAt, { wallet: wallet.id, points, source });
}
