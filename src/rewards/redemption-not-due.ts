/** The redemption is no longer issued, or not due: nothing changes. No refusal of the API's: only a job ends redemptions, and it passes over this. */
export class RedemptionNotDue extends Error {
  override readonly name = "RedemptionNotDue";
}
