import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext, NumberedWallet } from "../programs/decide-context.ts";
import type { Source } from "./accounts.ts";
import { coverFromPool } from "./cover-from-pool.ts";
import { extendExpiry } from "./extend-expiry.ts";
import { spendFromLots } from "./lots.ts";
import { post } from "./post.ts";
import { requirePoints } from "./spendable.ts";
import type { Instant, LotUse } from "./state.ts";

export type Redemption = { wallet: NumberedWallet; points: number; occurredAt: Instant; source: Source };

/**
 * Spends points of one wallet, those that expire first; what is missing comes from the member's household. What was accrued in total
 * stays as it is. Needs the lots that the points come from, settled; all open ones where spending keeps points alive.
 * Units:   whole points, above 0.
 * Answers: what was taken from each lot, in the order taken: what `giveBack` needs to undo it.
 * Errors:  wallet_not_spendable; insufficient_points when fewer are available; nothing is taken.
 */
export function redeem(draft: MemberDraft, { wallet, points, occurredAt, source }: Redemption, context: DecideContext): LotUse[] {
  const { version: ruleSet } = context.program;
  coverFromPool(draft, wallet, points, ruleSet);
  requirePoints(draft, wallet, points);
  const { number, definition } = wallet;
  const uses = spendFromLots(draft, number, points);
  post(draft, { wallet: number, kind: "redemption", from: "available", to: "redeemed", points, occurredAt, source, ruleSet, uses });
  draft.editWallet(number).redeemedTotal += points;
  extendExpiry(draft, wallet, { kind: "spend", at: occurredAt }, context);
  draft.announce("points.redeemed", occurredAt, { wallet: definition.id, points, source });
  return uses;
}
