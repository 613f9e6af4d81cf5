import { assert } from "../core/assert.ts";
import type { Instant } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";

type SaidOfCause = { redemptionId?: string; cause?: string; reason?: string; actor?: string };

/**
 * Takes a coupon of the member's back and announces it. `said` is what the announcement says of the cause: a reason, an id. One
 * that is taken back already stays as it is; the order that used one keeps it.
 */
export function revokeCoupon(draft: MemberDraft, code: string, at: Instant, said: SaidOfCause): void {
  const own = draft.coupons.edit(code);
  assert(own, "a coupon that is taken back is the member's and loaded");
  if (own.revokedAt !== null) return;
  own.revokedAt = at;
  draft.announce("coupon.revoked", at, { coupon: own.coupon, code, ...said });
}
