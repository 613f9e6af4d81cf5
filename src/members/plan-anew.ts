/**
 * A command was planned for members who are no longer what they were when it was queued, which only their locks have shown: it is
 * planned anew and queued at the end. Never reaches a client.
 */
export class PlanAnew extends Error {
  override readonly name: string = "PlanAnew";
}

/** The id stands for another member than the command was planned for: for `standsFor`, or null again for its own. */
export class MovedMember extends PlanAnew {
  override readonly name = "MovedMember";
  readonly memberId: string;
  readonly standsFor: string | null;

  constructor(memberId: string, standsFor: string | null) {
    super();
    this.memberId = memberId;
    this.standsFor = standsFor;
  }
}
