import { MEMBER_ACCOUNTS } from "../../ledger/accounts.ts";
import { inRange, type MemberCheck } from "./member-check.ts";

const { available } = MEMBER_ACCOUNTS;

/** The balance that an entry says it left is that of the wallet's entry before, moved by its own points. */
export const runningBalance: MemberCheck = {
  name: "running_balance",
  sql: `
    select member_key, wallet, 'entry ' || seq as subject, before + moved as expected, available_after as actual
      from (
        select member_key, wallet, seq, available_after,
               lag(available_after, 1, 0::bigint) over (partition by member_key, wallet order by seq) as before,
               case when to_account = ${available} then points when from_account = ${available} then -points else 0 end as moved
          from entries where ${inRange("entries")}) as steps
     where available_after <> before + moved`,
};
