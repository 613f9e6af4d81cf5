import { ENTRY_KINDS, PROGRAM_ACCOUNTS } from "../../ledger/accounts.ts";
import { countedFor, inRange, type MemberCheck } from "./member-check.ts";

const { accrual, opening, clawback, debt_incurred, expiry } = ENTRY_KINDS;
const { redeemed } = PROGRAM_ACCOUNTS;
const sumWhere = (condition: string): string => `coalesce(sum(points) filter (where ${condition}), 0)`;

/** The totals of a wallet are the sums of its entries by kind, with those of who was merged into the member. */
export const accountTotals: MemberCheck = {
  name: "account_total",
  sql: `
    with moved as materialized (
      select member_key, wallet,
             ${sumWhere(`kind in (${accrual}, ${opening})`)} as accrued,
             ${sumWhere(`kind in (${clawback}, ${debt_incurred})`)} as clawed_back,
             ${sumWhere(`to_account = ${redeemed}`)} - ${sumWhere(`from_account = ${redeemed}`)} as redeemed,
             ${sumWhere(`kind = ${expiry}`)} as expired
        from ${countedFor("entries", "wallet, kind, from_account, to_account, points")} as counted group by member_key, wallet
    )
    select accounts.member_key, accounts.wallet, part.subject, part.expected, part.actual
      from accounts left join moved on moved.member_key = accounts.member_key and moved.wallet = accounts.wallet
     cross join lateral (values
       ('accrued_total', coalesce(moved.accrued, 0), accounts.accrued_total),
       ('clawed_back_total', coalesce(moved.clawed_back, 0), accounts.clawed_back_total),
       ('redeemed_total', coalesce(moved.redeemed, 0), accounts.redeemed_total),
       ('expired_total', coalesce(moved.expired, 0), accounts.expired_total)) as part (subject, expected, actual)
     where ${inRange("accounts")} and part.expected <> part.actual`,
};
