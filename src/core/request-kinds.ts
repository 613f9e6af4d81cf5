/**
 * What a caller's id names, with the numbers that stand for it in `directory` and `commands`. Stored for good: add
 * freely, never change one.
 */
export const REQUEST_KINDS = {
  order: 1,
  return: 2,
  opening: 3,
  complete: 4,
  cancel: 5,
  enrolment: 6,
  quote: 7,
  event: 8,
  tier_upgrade: 9,
  idempotency_key: 10,
  hold: 11,
  /** Of the hold's id: each is resolved once. */
  hold_resolution: 12,
  adjustment: 13,
  /** Of the entry: each is reversed once. */
  reversal: 14,
  transfer: 15,
  pool: 16,
  redemption: 19,
  redemption_cancel: 20,
  redemption_fulfil: 21,
  coupon_notice: 26,
  /** Of the member: each is erased once. */
  erasure: 25,
  merge: 22,
  /** Of the merge's id: each is undone once. */
  unmerge: 23,
  points_confirmation: 27,
  expiry_notice: 28,
  /** Of the proposed adjustment: each is approved or declined once. */
  adjustment_decision: 30,
} as const;
export type RequestKind = keyof typeof REQUEST_KINDS;
