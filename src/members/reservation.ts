import type { Instant } from "../ledger/state.ts";

/** So much of one counter of the program. */
export type ReservedUse = { key: string; period: string; amount: number };

/** What a member's quote holds of counters of the program until it ends, by `counterId`. A member has one at a time: the last one. */
export type Reservation = { quoteId: string; expiresAt: Instant; uses: ReadonlyMap<string, ReservedUse> };

/** What is left of a reservation when its member has used some of it; null is nothing. */
export function lessUsed(reservation: Reservation | null, used: ReadonlyMap<string, number>): Reservation | null {
  if (reservation === null) return null;
  const left = [...reservation.uses].map(([id, use]) => [id, { ...use, amount: use.amount - (used.get(id) ?? 0) }] as const);
  const uses = new Map(left.filter(([, { amount }]) => amount > 0));
  return uses.size === 0 ? null : { ...reservation, uses };
}
