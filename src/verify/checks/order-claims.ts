import { REQUEST_KINDS } from "../../core/request-kinds.ts";
import { inRange, type MemberCheck } from "./member-check.ts";

const claimOf = (noun: string, table: string, kind: number, id: string): string => `
  select ${table}.member_key, null::smallint as wallet, '${noun} ' || ${table}.${id} as subject,
         'claimed by this member' as expected,
         case when claim.member_key is null then 'not in the directory' else 'claimed by member #' || claim.member_key end as actual
    from ${table}
    left join lateral (
      select member_key from directory where program_id = $1 and kind = ${kind} and directory.id = ${table}.${id} offset 0) claim on true
   where ${inRange(table)} and claim.member_key is distinct from ${table}.member_key`;

/**
 * The id of every order, return, event and redemption is claimed in the directory for the member whose it is. Claims are looked up one
 * by one, by index (docs/adr/0004-fixed-plans.md): on tables without statistics each order was compared with all of them.
 */
export const orderClaims: MemberCheck = {
  name: "directory",
  sql: [
    claimOf("order", "orders", REQUEST_KINDS.order, "order_id"),
    claimOf("return", "returns", REQUEST_KINDS.return, "return_id"),
    claimOf("event", "member_events", REQUEST_KINDS.event, "event_id"),
    claimOf("redemption", "redemptions", REQUEST_KINDS.redemption, "redemption_id"),
  ].join(" union all "),
};
