import { ENTRY_KINDS, SOURCE_KINDS } from "../../ledger/accounts.ts";
import { countedFor, inRange, type MemberCheck } from "./member-check.ts";

/** What a redemption says was paid of each wallet is what the ledger took for it; once it has ended, all of it was given back. */
export const redemptionPoints: MemberCheck = {
  name: "redemption_points",
  sql: `
    with said as (
      select redemptions.member_key, redemptions.redemption_id as id, wallets.wallet, (part ->> 'points')::numeric as taken,
             case when status in ('cancelled', 'expired') then (part ->> 'points')::numeric else 0 end as back
        from redemptions cross join lateral json_array_elements(paid) part
        left join wallets on wallets.program_id = $1 and wallets.id = part ->> 'wallet'
       where ${inRange("redemptions")}
    ), moved as (
      select member_key, source_id as id, wallet,
             coalesce(sum(points) filter (where kind = ${ENTRY_KINDS.redemption}), 0) as taken,
             coalesce(sum(points) filter (where kind = ${ENTRY_KINDS.give_back}), 0) as back
        from ${countedFor("entries", "wallet, source_kind, source_id, kind, points")} as counted where source_kind in (${SOURCE_KINDS.redemption}, ${SOURCE_KINDS.redemption_end})
       group by member_key, source_id, wallet
    )
    select member_key, wallet, 'redemption ' || id || ': ' || part.subject as subject, part.expected, part.actual
      from said full join moved using (member_key, id, wallet)
     cross join lateral (values
       ('points taken', coalesce(moved.taken, 0), coalesce(said.taken, 0)),
       ('points given back', coalesce(moved.back, 0), coalesce(said.back, 0))) as part (subject, expected, actual)
     where part.expected <> part.actual`,
};
