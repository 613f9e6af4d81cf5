import { ENTRY_KINDS, MEMBER_ACCOUNTS, SOURCE_KINDS } from "../../ledger/accounts.ts";
import { IN_LOTS, inRange, type MemberCheck } from "./member-check.ts";

const { held } = MEMBER_ACCOUNTS;

const { opening, event, transfer, pool, adjustment, reversal } = SOURCE_KINDS;
const NEVER_TAKEN_BACK = `(${transfer}, ${pool}, ${adjustment})`;
const TAKEN_BACK_BY_HAND = `(${opening}, ${event})`;

/**
 * What is gone from a lot is what its uses took, less what was given back to it; what is held of it is what holds reserved and
 * nothing has resolved; what expired of it is what expiries took, of it or of the lot that it stands for. Returns take back points of
 * orders, which a check of its own looks at; on lots that came with an opening balance or an event what reversals took back is marked, and
 * on those from another member or by hand nothing.
 */
export const lotUses: MemberCheck = {
  name: "lot_used",
  sql: `
    with moved as (
      select lot_uses.member_key, lot_uses.lot_seq as seq,
             case when from_account not in ${IN_LOTS} then -lot_uses.points when to_account not in ${IN_LOTS} then lot_uses.points else 0 end as points,
             case when to_account = ${held} then lot_uses.points when from_account = ${held} then -lot_uses.points else 0 end as held,
             case when entries.kind = ${ENTRY_KINDS.expiry} then lot_uses.points else 0 end as expired, 0 as clawed_back
        from lot_uses
        left join entries on entries.program_id = $1 and entries.member_key = lot_uses.member_key and entries.seq = lot_uses.entry_seq
       where ${inRange("lot_uses")}
      union all
      select member_key, seq, 0, 0, expired, clawed_back from merged_lots where ${inRange("merged_lots")}
    ), used as (
      select member_key, seq, sum(points) as points, sum(held) as held, sum(expired) as expired, sum(clawed_back) as clawed_back
        from moved group by member_key, seq
    ), by_hand as (
      select member_key, reversed.seq, sum(points) as points
        from entries cross join lateral (select substring(source_id from '[0-9]+$')::bigint as seq) reversed
       where ${inRange("entries")} and source_kind = ${reversal} and entries.kind in (${ENTRY_KINDS.clawback}, ${ENTRY_KINDS.debt_incurred})
       group by member_key, reversed.seq
    ), stored as (
      select member_key, seq, wallet, granted - remaining as gone, held, expired, clawed_back, source_kind from lots where ${inRange("lots")}
    )
    select member_key, stored.wallet, 'lot ' || seq || ': ' || part.subject as subject, part.expected, part.actual
      from stored full join used using (member_key, seq)
      left join by_hand using (member_key, seq)
     cross join lateral (values
       ('granted - remaining', coalesce(used.points, 0), stored.gone),
       ('held', coalesce(used.held, 0), stored.held),
       ('expired', coalesce(used.expired, 0), stored.expired),
       ('clawed_back', case when stored.source_kind in ${NEVER_TAKEN_BACK} then 0
                            when stored.source_kind in ${TAKEN_BACK_BY_HAND} then coalesce(by_hand.points, 0) + coalesce(used.clawed_back, 0)
                            else stored.clawed_back end, stored.clawed_back)
     ) as part (subject, expected, actual)
     where part.expected is distinct from part.actual::numeric`,
};
