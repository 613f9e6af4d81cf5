/** What was due of a member's points is booked already. Nothing changes. No refusal of the API's: only jobs settle members, and they pass over it. */
export class NothingDue extends Error {
  override readonly name = "NothingDue";
}
