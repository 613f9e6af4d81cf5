import { REQUEST_KINDS } from "../../core/request-kinds.ts";
import { MEMBER_ACCOUNTS, PROGRAM_ACCOUNTS, SOURCE_KINDS } from "../../ledger/accounts.ts";
import { inRange, type MemberCheck } from "./member-check.ts";

const { adjusted } = PROGRAM_ACCOUNTS;

/** Every adjustment moved the points that its answer says, of them the debt by owing, and nothing else is adjusted. */
export const adjustments: MemberCheck = {
  name: "adjustment",
  sql: `
    with answered as (
      select commands.member_key, commands.id, wallets.wallet, (answer ->> 'points')::bigint as points, (answer ->> 'debt')::bigint as debt
        from commands left join wallets on wallets.program_id = $1 and wallets.id = answer ->> 'wallet'
       where ${inRange("commands")} and commands.kind = ${REQUEST_KINDS.adjustment}
    ), moved as (
      select member_key, source_id as id, wallet,
             coalesce(sum(points) filter (where from_account = ${adjusted}), 0) - coalesce(sum(points) filter (where to_account = ${adjusted}), 0) as points,
             coalesce(sum(points) filter (where from_account = ${MEMBER_ACCOUNTS.debt}), 0) as debt
        from entries
       where ${inRange("entries")} and source_kind = ${SOURCE_KINDS.adjustment} and ${adjusted} in (from_account, to_account)
       group by member_key, source_id, wallet
    )
    select member_key, wallet, 'adjustment ' || id || ': ' || part.subject as subject, part.expected, part.actual
      from answered full join moved using (member_key, id, wallet)
     cross join lateral (values
       ('points', coalesce(answered.points, 0), coalesce(moved.points, 0)),
       ('debt', coalesce(answered.debt, 0), coalesce(moved.debt, 0))) as part (subject, expected, actual)
     where part.expected <> part.actual`,
};
