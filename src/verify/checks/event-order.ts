import { inRange, type MemberCheck } from "./member-check.ts";

/** The feed tells what happened to a member in the order in which it was written. */
export const eventOrder: MemberCheck = {
  name: "event_order",
  sql: `
    select member_key, null::smallint as wallet, 'event ' || version || '.' || n as subject,
           'a position from ' || before || ' on' as expected, coalesce('batch at position ' || first_position, 'no batch') as actual
      from (select e.member_key, e.version, e.n, b.batch, b.first_position,
                   max(b.first_position) over (partition by e.member_key order by e.version, e.n) as before
              from events e left join event_batches b on b.program_id = e.program_id and b.batch = e.batch
             where ${inRange("e")}) placed
     where first_position < before or batch is null`,
};
