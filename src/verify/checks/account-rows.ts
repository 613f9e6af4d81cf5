import { inRange, type MemberCheck } from "./member-check.ts";

/**
 * Every member has the row of wallet 1 (lock, sequence and tier), and every row belongs to a member. Rows are looked up one by one, by
 * index (docs/adr/0004-fixed-plans.md): on tables without statistics each member was compared with all rows.
 */
export const accountRows: MemberCheck = {
  name: "account_row",
  sql: `
    select member_key, 1::smallint as wallet, null as subject, 'a row' as expected, 'none' as actual
      from members
     where ${inRange("members")} and not exists (
       select from accounts where accounts.program_id = $1 and accounts.member_key = members.member_key and accounts.wallet = 1 offset 0)
    union all
    select member_key, wallet, null, 'a member', 'none'
      from accounts
     where ${inRange("accounts")} and not exists (
       select from members where members.program_id = $1 and members.member_key = accounts.member_key offset 0)`,
};
