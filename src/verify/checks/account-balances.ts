import { MEMBER_ACCOUNTS } from "../../ledger/accounts.ts";
import { inRange, type MemberCheck } from "./member-check.ts";

const balanceOf = (account: number): string =>
  `coalesce(sum(points) filter (where to_account = ${account}), 0) - coalesce(sum(points) filter (where from_account = ${account}), 0)`;

/** What a wallet holds is what its entries moved in less what they moved out; debt is the account that lies below 0. */
export const accountBalances: MemberCheck = {
  name: "account_balance",
  sql: `
    with moved as (
      select member_key, wallet, ${balanceOf(MEMBER_ACCOUNTS.available)} as available, ${balanceOf(MEMBER_ACCOUNTS.pending)} as pending,
             ${balanceOf(MEMBER_ACCOUNTS.held)} as held, -(${balanceOf(MEMBER_ACCOUNTS.debt)}) as debt
        from entries where ${inRange("entries")} group by member_key, wallet
    ), stored as (
      select member_key, wallet, available, pending, held, debt from accounts where ${inRange("accounts")}
    )
    select member_key, wallet, part.subject, part.expected, part.actual
      from stored full join moved using (member_key, wallet)
     cross join lateral (values
       ('available', coalesce(moved.available, 0), stored.available),
       ('pending', coalesce(moved.pending, 0), stored.pending),
       ('held', coalesce(moved.held, 0), stored.held),
       ('debt', coalesce(moved.debt, 0), stored.debt)) as part (subject, expected, actual)
     where part.expected is distinct from part.actual::numeric`,
};
