import { MEMBER_ACCOUNTS } from "../../ledger/accounts.ts";
import { inRange, type MemberCheck } from "./member-check.ts";

const { available, pending, held } = MEMBER_ACCOUNTS;
const IN_LOTS = `(${available}, ${pending}, ${held})`;

/** An entry that takes points out of a wallet names the lots they came from, point for point; no other entry uses lots. */
export const entryUses: MemberCheck = {
  name: "entry_uses",
  sql: `
    with used as (
      select member_key, entry_seq as seq, sum(points) as points from lot_uses where ${inRange("lot_uses")} group by member_key, entry_seq
    ), taken as (
      select member_key, seq, wallet,
             case when from_account in ${IN_LOTS} and to_account not in ${IN_LOTS} then points else 0 end as points
        from entries where ${inRange("entries")}
    )
    select member_key, taken.wallet, 'entry ' || seq as subject, coalesce(taken.points, 0) as expected, coalesce(used.points, 0) as actual
      from taken full join used using (member_key, seq)
     where coalesce(taken.points, 0) <> coalesce(used.points, 0)`,
};
