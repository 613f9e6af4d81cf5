import { inRange, type MemberCheck } from "./member-check.ts";

/** What a member's quotes hold is held by one of them, until one time, and of counters that there are: of each code at most its uses. */
export const quoteReservations: MemberCheck = {
  name: "quote_reservation",
  sql: `
    with held as (
      select * from quote_reservations where ${inRange("quote_reservations")}
    )
    select member_key, null::smallint as wallet, 'quotes that hold something' as subject, 1 as expected, count(distinct (quote_id, expires_at)) as actual
      from held group by member_key having count(distinct (quote_id, expires_at)) > 1
    union all
    select held.member_key, null, 'held of ' || left(held.key, 5) || '…', 0, held.amount
      from held
     where not exists (select from counters
                        where counters.program_id = held.program_id and counters.member_key = 0 and counters.key = held.key and counters.period = held.period)
    union all
    select held.member_key, null, 'held of code …' || right(c.code, 4), c.max_uses, held.amount
      from held join coupon_codes c on c.program_id = held.program_id and c.code = split_part(substr(held.key, 6), ' ', 1)
     where held.key like 'code:%' and held.amount > c.max_uses`,
};
