import { ENTRY_KINDS, MEMBER_ACCOUNTS, PROGRAM_ACCOUNTS } from "../../ledger/accounts.ts";
import { inRange, type MemberCheck } from "./member-check.ts";

/** Every accrual, what comes from another member, and every adjustment that gave points, made one lot of its points; every lot was made by one. */
export const lotGrants: MemberCheck = {
  name: "lot_granted",
  sql: `
    with accruals as (
      select member_key, seq, wallet, points from entries
       where ${inRange("entries")}
         and (kind in (${ENTRY_KINDS.accrual}, ${ENTRY_KINDS.opening}, ${ENTRY_KINDS.transfer_in})
              or kind = ${ENTRY_KINDS.adjustment} and from_account = ${PROGRAM_ACCOUNTS.adjusted} and to_account = ${MEMBER_ACCOUNTS.available})
    ), granted as (
      select member_key, seq, wallet, granted from lots where ${inRange("lots")}
    )
    select member_key, coalesce(granted.wallet, accruals.wallet) as wallet, 'lot ' || seq as subject,
           coalesce(accruals.points, 0) as expected, coalesce(granted.granted, 0) as actual
      from granted full join accruals using (member_key, seq)
     where accruals.points is distinct from granted.granted or accruals.wallet is distinct from granted.wallet`,
};
