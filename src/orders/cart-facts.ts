import type { MemberDraft } from "../members/member-draft.ts";
import type { TierStanding } from "../members/member-state.ts";
import type { CartFacts, MemberFacts } from "../rules/decision.ts";
import type { Cart } from "./order.ts";

/** The cart as rules see it: what is absent stays absent. */
export function cartFacts(cart: Cart): CartFacts {
  const { currency, pricing, shipping, channel, country, attributes } = cart;
  return {
    currency,
    pricing,
    shipping,
    attributes,
    ...(channel !== undefined && { channel }),
    ...(country !== undefined && { country }),
    lines: cart.lines.map(({ line, sku, name, category, quantity, unitPrice, tax, paid, attributes: lineAttributes }) => ({
      line,
      sku,
      quantity,
      unitPrice,
      tax,
      attributes: lineAttributes,
      ...(name !== undefined && { name }),
      ...(category !== undefined && { category }),
      ...(paid !== undefined && { paid }),
    })),
  };
}

export type RuledMember = Pick<MemberDraft, "id" | "status" | "enrolledAt" | "profile" | "segments">;

/** What rules know of a member beside the profile: the tier that counts, and sums of metrics as of the order's day. */
export type RuledHistory = { standing: TierStanding; sums: MemberFacts["sums"] };

/** The member as rules see them. */
export function memberFacts(member: RuledMember, { standing, sums }: RuledHistory): MemberFacts {
  const { birthDate, attributes = {} } = member.profile ?? {};
  return {
    id: member.id,
    status: member.status,
    tier: standing.tier,
    tierSince: new Date(standing.since),
    enrolledAt: new Date(member.enrolledAt),
    ...(birthDate !== undefined && { birthDate }),
    attributes,
    segments: member.segments ?? [],
    sums,
  };
}
