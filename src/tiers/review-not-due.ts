/**
 * The review was made already, or the member has moved since it was found to be due. Nothing changes. No refusal of the
 * API's: only jobs submit reviews, and they pass over it.
 */
export class ReviewNotDue extends Error {
  override readonly name = "ReviewNotDue";
}
