import { ENTRY_KINDS, SOURCE_KINDS } from "../../ledger/accounts.ts";
import { inRange, type MemberCheck } from "./member-check.ts";

/** A lot that came with a merge is of the same wallet, grant, accrual and source as the one that it stands for, and each came so. */
export const mergedLots: MemberCheck = {
  name: "merged_lot",
  sql: `
    with came as (
      select member_key, seq from entries
       where ${inRange("entries")} and kind = ${ENTRY_KINDS.transfer_in} and source_kind = ${SOURCE_KINDS.merge}
    ), named as (
      select merged_lots.member_key, merged_lots.seq, former.wallet,
             concat_ws(' ', former.wallet, former.granted, extract(epoch from former.occurred_at), former.source_kind, former.source_id) as expected,
             concat_ws(' ', lots.wallet, lots.granted, extract(epoch from lots.occurred_at), lots.source_kind, lots.source_id) as actual
        from merged_lots
        left join lots on lots.program_id = $1 and lots.member_key = merged_lots.member_key and lots.seq = merged_lots.seq
        left join lots former on former.program_id = $1 and former.member_key = merged_lots.from_key and former.seq = merged_lots.from_seq
       where ${inRange("merged_lots")}
    )
    select member_key, named.wallet, 'lot ' || seq as subject, coalesce(named.expected, 'none') as expected, coalesce(named.actual, 'none') as actual
      from named full join came using (member_key, seq)
     where came.seq is null or named.expected is distinct from named.actual or named.seq is null`,
};
