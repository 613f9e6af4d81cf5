/**
 * The grant has reached this member before, or is no longer running: nothing changes. No refusal of the API's: only a job gives in
 * bulk, and it passes over this.
 */
export class PassedOver extends Error {
  override readonly name = "PassedOver";
}
