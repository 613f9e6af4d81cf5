import type pg from "pg";
import { lookUp } from "../../db/look-ups.ts";
import type { Instant } from "../../ledger/state.ts";
import type { Reservation, ReservedUse } from "../../members/reservation.ts";
import { type Counter, counterId } from "../../rules/limits/counter.ts";

export type HeldRow = { key: string; period: string; held: number };

/** What quotes that have not ended hold of counters of the program. Under the counters' locks nobody else holds more. */
export const selectHeld = (programId: number, counters: readonly Pick<Counter, "key" | "period">[], now: Instant): pg.QueryConfig => ({
  name: "load_held_by_quotes",
  text: `select u.key, u.period, sum(r.amount)::bigint as held
           from unnest($2::text[], $3::date[]) u (key, period)
           ${lookUp("quote_reservations", "r", "key = u.key and period = u.period and expires_at > $4::timestamptz")}
          group by u.key, u.period`,
  values: [programId, counters.map(({ key }) => key), counters.map(({ period }) => period), new Date(now)],
});

export type ReservationRow = { member_key: number; key: string; period: string; quote_id: string; amount: number; expires_at: Date };

/** What the quotes of these members hold. The members' locks protect it. */
export const selectReservations = (programId: number, memberKeys: readonly number[], now: Instant): pg.QueryConfig => ({
  name: "load_reservations",
  text: `select r.member_key, r.key, r.period, r.quote_id, r.amount, r.expires_at
           from unnest($2::bigint[]) u (member_key)
           ${lookUp("quote_reservations", "r", "member_key = u.member_key and expires_at > $3::timestamptz")}`,
  values: [programId, memberKeys, new Date(now)],
});

/** The reservation of each member who has one. */
export function toReservations(rows: readonly ReservationRow[]): Map<number, Reservation> {
  const byMember = new Map<number, Reservation & { uses: Map<string, ReservedUse> }>();
  for (const { member_key, key, period, quote_id, amount, expires_at } of rows) {
    const reservation = byMember.get(member_key) ?? { quoteId: quote_id, expiresAt: expires_at.getTime(), uses: new Map() };
    reservation.uses.set(counterId({ key, period }), { key, period, amount });
    byMember.set(member_key, reservation);
  }
  return byMember;
}
