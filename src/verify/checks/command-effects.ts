import { REQUEST_KINDS } from "../../core/request-kinds.ts";
import { SOURCE_KINDS } from "../../ledger/accounts.ts";
import { inRange, type MemberCheck } from "./member-check.ts";

const { order, complete, cancel, hold, hold_resolution, adjustment, reversal, transfer, redemption, redemption_cancel, merge, unmerge } =
  REQUEST_KINDS;

/** Whose id is claimed in the directory: the next request with it is a replay. */
const CLAIMED = [complete, cancel, hold, hold_resolution, adjustment, reversal, transfer, redemption, redemption_cancel, merge];

/** The row of a table with the answer's id, of whoever has it now: merges move rows, and the directory with them. */
const rowOf = (table: string, id: string, claim: number, is: string): string => `exists (
  select from directory d join ${table} on ${table}.program_id = $1 and ${table}.member_key = d.member_key and ${table}.${id} = d.id
   where d.program_id = $1 and d.kind = ${claim} and d.id = c.id and ${is} offset 0)`;

const mergeThat = (is: string): string => `exists (
  select from merges where merges.program_id = $1 and merges.member_key = c.member_key and merges.merge_id = c.id and ${is} offset 0)`;

/** What must be so where a command of the kind was answered. */
const EFFECTS: [kind: number, what: string, holds: string][] = [
  [complete, "a completed order", rowOf("orders", "order_id", order, "orders.completed_at is not null")],
  [cancel, "a cancelled order", rowOf("orders", "order_id", order, "orders.cancelled_at is not null")],
  [hold, "a hold", rowOf("holds", "hold_id", hold, "true")],
  [hold_resolution, "a resolved hold", rowOf("holds", "hold_id", hold, "holds.resolved_at is not null")],
  [redemption_cancel, "a cancelled redemption", rowOf("redemptions", "redemption_id", redemption, "redemptions.status = 'cancelled'")],
  [transfer, "an entry of the transfer", "sent.id is not null"],
  [merge, "a merge", mergeThat("true")],
  [unmerge, "an undone merge", mergeThat("undone_at is not null")],
];

/** Behind every first answer that is kept for replays stand the claim of its id and what it says was done. */
export const commandEffects: MemberCheck = {
  name: "command",
  sql: `
    with sent as (
      select distinct member_key, source_id as id from entries where ${inRange("entries")} and source_kind = ${SOURCE_KINDS.transfer}
    ), answered as (
      select c.member_key, c.kind, c.id,
             case c.kind ${EFFECTS.map(([kind, what, holds]) => `when ${kind} then case when ${holds} then null else '${what}' end`).join(" ")} end as missing
        from commands c left join sent on c.kind = ${transfer} and sent.member_key = c.member_key and sent.id = c.id
       where ${inRange("c")}
    )
    select member_key, null::smallint as wallet, 'answer of kind ' || kind || ' to ' || id as subject, missing as expected, 'none' as actual
      from answered where missing is not null
    union all
    select c.member_key, null, 'answer of kind ' || c.kind || ' to ' || c.id, 'a claim of the id', 'none'
      from commands c
     where ${inRange("c")} and c.kind in (${CLAIMED.join(", ")})
       and not exists (select from directory d where d.program_id = $1 and d.kind = c.kind and d.id = c.id offset 0)`,
};
