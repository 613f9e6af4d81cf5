/** Every error a client can receive. Codes are API: add freely, never rename. */
export const ERROR_CATALOGUE = {
  malformed_json: { status: 400, title: "The body is not JSON" },
  program_required: { status: 400, title: "The header Loyalty-Program must name the program" },
  idempotency_key_required: { status: 400, title: "This operation needs the header Idempotency-Key" },
  path_invalid: { status: 400, title: "The path cannot be decoded" },
  request_unreadable: { status: 400, title: "This is not an HTTP request" },
  unauthenticated: { status: 401, title: "The request carries no valid API key or token" },
  scope_missing: { status: 403, title: "The key lacks the scope of this operation" },
  ip_not_allowed: { status: 403, title: "The key may not be used from this address" },
  beyond_own_key: { status: 403, title: "A key gives no other key more than it has itself" },
  own_proposal: { status: 403, title: "Somebody else must decide on what you have proposed" },
  root_key_required: { status: 403, title: "Only the root key may do this" },
  not_found: { status: 404, title: "There is nothing at this address" },
  program_not_found: { status: 404, title: "No such program" },
  member_not_found: { status: 404, title: "No such member in this program" },
  entry_not_found: { status: 404, title: "The member's ledger has no such entry" },
  hold_not_found: { status: 404, title: "The member has no such hold" },
  order_not_found: { status: 404, title: "No such order in this program" },
  pool_not_found: { status: 404, title: "No such pool in this program, or the member is not in it" },
  transfer_not_found: { status: 404, title: "No such transfer in this program" },
  merge_not_found: { status: 404, title: "No such merge in this program" },
  segment_not_found: { status: 404, title: "No such segment in this program" },
  event_not_found: { status: 404, title: "No such event in this program" },
  rule_set_not_found: { status: 404, title: "No such rule-set version in this program" },
  campaign_not_found: { status: 404, title: "No such rule in the version in force" },
  reward_not_found: { status: 404, title: "No such reward in the version in force" },
  redemption_not_found: { status: 404, title: "No such redemption in this program" },
  code_unknown: { status: 404, title: "No redemption has this code" },
  coupon_not_found: { status: 404, title: "The member has no such coupon" },
  coupon_batch_not_found: { status: 404, title: "No such batch of coupon codes in this program" },
  coupon_code_not_found: { status: 404, title: "No such coupon code in this program" },
  bulk_grant_not_found: { status: 404, title: "No such bulk grant in this program" },
  draft_not_found: { status: 404, title: "No such draft in this program" },
  webhook_not_found: { status: 404, title: "No such webhook in this program" },
  webhook_delivery_not_found: { status: 404, title: "No such delivery: the event arrived at once, or was not sent yet" },
  key_not_found: { status: 404, title: "No such key in this program" },
  proposal_not_found: { status: 404, title: "No such proposed adjustment in this program" },
  method_not_allowed: { status: 405, title: "This address does not take this method" },
  request_too_slow: { status: 408, title: "The request did not arrive in time" },
  id_reused: { status: 409, title: "This id was used with another body" },
  member_not_active: { status: 409, title: "The member is not active" },
  order_already_completed: { status: 409, title: "The order is completed already" },
  order_already_cancelled: { status: 409, title: "The order is cancelled already" },
  order_not_open: { status: 409, title: "Only an order that is not completed yet can be changed" },
  quote_already_used: { status: 409, title: "An order was placed with this quote already" },
  quote_unavailable: { status: 409, title: "A cap, a budget, a stock or a coupon code no longer lets through what was quoted" },
  quote_expired: { status: 409, title: "The quote has expired" },
  test_clock_unavailable: { status: 409, title: "Only the time of a program whose file says test: true can be set" },
  rule_set_not_scheduled: { status: 409, title: "Only a version that is still to come can be cancelled" },
  points_not_waiting: { status: 409, title: "No points of this order wait for a confirmation" },
  insufficient_points: { status: 409, title: "The member has too few points available" },
  adjustment_limit_exceeded: { status: 409, title: "The program does not let so many points be adjusted" },
  proposal_not_pending: { status: 409, title: "The proposal is decided already, or its time is over" },
  key_points_limit: { status: 409, title: "The key may not give so many points on one day" },
  wallet_not_spendable: { status: 409, title: "Status points count for tiers and cannot be spent" },
  coupon_not_valid: { status: 409, title: "A coupon of the cart is not valid for it" },
  coupon_batch_closed: { status: 409, title: "The batch takes no codes: they are generated, or it is revoked" },
  coupon_batch_unfinished: { status: 409, title: "The codes of the batch are still being written" },
  payment_not_allowed: { status: 409, title: "The program does not let these points pay for the order" },
  coupon_over: { status: 409, title: "All coupons of this kind have ended" },
  pool_conflict: { status: 409, title: "The pool cannot be changed in this way" },
  merge_conflict: { status: 409, title: "These members cannot be merged as they are" },
  unmerge_conflict: { status: 409, title: "The merge cannot be undone: something that moved has changed since" },
  transfer_not_allowed: { status: 409, title: "The program does not let the member give these points away" },
  entry_not_reversible: { status: 409, title: "The entry cannot be reversed by itself" },
  entry_already_reversed: { status: 409, title: "The entry is reversed already" },
  hold_not_open: { status: 409, title: "The hold is resolved already" },
  hold_expired: { status: 409, title: "The hold's time is over; its points are free again" },
  coupon_already_used: { status: 409, title: "An order uses a coupon that the redemption gave" },
  bulk_grant_over: { status: 409, title: "The bulk grant has given all it has to give" },
  upgrade_unavailable: { status: 409, title: "The member cannot have this upgrade" },
  reward_unavailable: { status: 409, title: "The member cannot redeem this reward" },
  redemption_not_open: { status: 409, title: "The redemption is fulfilled or has ended" },
  redemption_not_cancellable: { status: 409, title: "Redemptions of this reward cannot be cancelled" },
  code_used: { status: 409, title: "The code was used already" },
  code_expired: { status: 409, title: "The code is no longer good" },
  key_revoked: { status: 409, title: "The key is revoked, for good" },
  too_many_former_keys: { status: 409, title: "As many former keys as can be still work" },
  etag_mismatch: { status: 412, title: "The resource was changed by somebody else in the meantime" },
  body_too_large: { status: 413, title: "The body is larger than this operation takes" },
  path_too_long: { status: 414, title: "The path is too long" },
  media_type_unsupported: { status: 415, title: "This operation does not take this content type" },
  request_invalid: { status: 422, title: "The request breaks its schema" },
  program_invalid: { status: 422, title: "The program breaks its schema, a rule does not compile, or a test case fails" },
  members_unknown: { status: 422, title: "Some of these members are not in this program" },
  order_member_mismatch: { status: 422, title: "The order belongs to another member" },
  idempotency_key_reused: { status: 422, title: "This idempotency key was used with another request" },
  return_exceeds_order: { status: 422, title: "More is returned than was bought and kept" },
  occurred_in_future: { status: 422, title: "The time of the event lies more than 5 minutes in the future" },
  currency_mismatch: { status: 422, title: "The currency is not the program's" },
  event_type_unknown: { status: 422, title: "The program declares no such type of event" },
  event_data_invalid: { status: 422, title: "The data is not what the event's type asks for" },
  quote_mismatch: { status: 422, title: "The order is not the cart that was quoted" },
  amount_out_of_range: { status: 422, title: "An amount or a number of points leaves the range of exact integers" },
  headers_too_large: { status: 431, title: "The headers are larger than 16 KB" },
  rate_limited: { status: 429, title: "Too many requests" },
  too_many_at_once: { status: 429, title: "Too many requests of this key at a time" },
  internal: { status: 500, title: "Unexpected error" },
  issuer_unavailable: { status: 503, title: "The keys of the issuer of people's tokens cannot be had; try again" },
  queue_full: { status: 503, title: "Too many writes are waiting; try again" },
  database_unavailable: { status: 503, title: "The database cannot be reached; try again" },
  shutting_down: { status: 503, title: "The service is stopping; try again" },
  overloaded: { status: 503, title: "The service is overloaded; try again" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** One thing that is wrong with an input: where (RFC 6901 pointer), which rule it breaks, and how in words. */
export type InputProblem = { pointer: string; code: string; detail: string };

/** Facts of a refusal for the client: never secrets, never personal data. */
export type ErrorDetails = Record<string, string | number | boolean>;

/** An expected refusal. Anything else that is thrown is a defect and becomes a 500. */
export class LoyaltyError extends Error {
  override readonly name = "LoyaltyError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  readonly errors: readonly InputProblem[];

  constructor(code: ErrorCode, details: ErrorDetails = {}, errors: readonly InputProblem[] = [], cause?: unknown) {
    super(ERROR_CATALOGUE[code].title, { cause });
    this.code = code;
    this.details = details;
    this.errors = errors;
  }

  get status(): number {
    return ERROR_CATALOGUE[this.code].status;
  }
}

/** A refusal of one field of an input. `pointer` is relative to the body, such as `/lines/0/quantity`. */
export function refuseField(code: ErrorCode, pointer: string, detail: string, details: ErrorDetails = {}): LoyaltyError {
  return new LoyaltyError(code, details, [{ pointer, code, detail }]);
}
