import { ENTRY_KINDS, MEMBER_ACCOUNTS } from "../../ledger/accounts.ts";
import { IN_LOTS, inRange, type MemberCheck } from "./member-check.ts";

const { held } = MEMBER_ACCOUNTS;

/**
 * An entry that takes points out of a wallet, gives them back to it, or reserves and frees them names the lots, point for point;
 * no other entry uses lots.
 */
export const entryUses: MemberCheck = {
  name: "entry_uses",
  sql: `
    with used as (
      select member_key, entry_seq as seq, sum(points) as points from lot_uses where ${inRange("lot_uses")} group by member_key, entry_seq
    ), moved as (
      select member_key, seq, wallet,
             case when from_account in ${IN_LOTS} and to_account not in ${IN_LOTS} then points
                  when ${held} in (from_account, to_account) or kind = ${ENTRY_KINDS.give_back} then points
                  else 0 end as points
        from entries where ${inRange("entries")}
    )
    select member_key, moved.wallet, 'entry ' || seq as subject, coalesce(moved.points, 0) as expected, coalesce(used.points, 0) as actual
      from moved full join used using (member_key, seq)
     where coalesce(moved.points, 0) <> coalesce(used.points, 0)`,
};
