import { LoyaltyError } from "../core/errors.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { RedemptionState } from "./redemption.ts";

/** A redemption of the member's that may be changed. Errors: redemption_not_found. */
export function findRedemption(draft: MemberDraft, redemptionId: string): RedemptionState {
  const redemption = draft.redemptions.edit(redemptionId);
  if (redemption === undefined) throw new LoyaltyError("redemption_not_found", { redemptionId });
  return redemption;
}
