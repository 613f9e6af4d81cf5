import { REQUEST_KINDS } from "../../core/request-kinds.ts";
import { MEMBER_ACCOUNTS, SOURCE_KINDS } from "../../ledger/accounts.ts";
import { inRange, type MemberCheck } from "./member-check.ts";

const OF_MEMBER = `(${Object.values(MEMBER_ACCOUNTS).join(", ")})`;
const { debt } = MEMBER_ACCOUNTS;

const { adjustment, adjustment_decision: decision, reversal } = REQUEST_KINDS;

/** What was answered that moved points: of a proposed adjustment its approval. */
const ANSWERED = {
  adjustment: `select member_key, id, case kind when ${decision} then answer -> 'adjustment' else answer end as answer from commands
        where ${inRange("commands")} and (kind = ${adjustment} and answer ->> 'status' is distinct from 'pending_approval'
                                       or kind = ${decision} and answer ->> 'status' = 'approved')`,
  reversal: `select member_key, id, answer from commands where ${inRange("commands")} and kind = ${reversal}`,
};

/** Every command of a kind moved between the member and the program what its answer says, of it the debt by owing, and nothing else did. */
const movedAsAnswered = (kind: "adjustment" | "reversal", what: string): MemberCheck => ({
  name: kind,
  sql: `
    with answered as (
      select said.member_key, said.id, wallets.wallet, (answer ->> 'points')::bigint as points, (answer ->> 'debt')::bigint as debt
        from (${ANSWERED[kind]}) said left join wallets on wallets.program_id = $1 and wallets.id = answer ->> 'wallet'
    ), moved as (
      select member_key, source_id as id, wallet,
             sum(case when to_account in ${OF_MEMBER} then points else -points end) as points,
             sum(case ${debt} when from_account then points when to_account then -points else 0 end) as debt
        from entries
       where ${inRange("entries")} and source_kind = ${SOURCE_KINDS[kind]}
         and (from_account in ${OF_MEMBER}) <> (to_account in ${OF_MEMBER})
       group by member_key, source_id, wallet
    )
    select member_key, wallet, '${what} ' || id || ': ' || part.subject as subject, part.expected, part.actual
      from answered full join moved using (member_key, id, wallet)
     cross join lateral (values
       ('points', coalesce(answered.points, 0), coalesce(moved.points, 0)),
       ('debt', coalesce(answered.debt, 0), coalesce(moved.debt, 0))) as part (subject, expected, actual)
     where part.expected <> part.actual`,
});

export const adjustments = movedAsAnswered("adjustment", "adjustment");
export const reversals = movedAsAnswered("reversal", "reversal of entry");
