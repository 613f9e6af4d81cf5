import { inRange, type MemberCheck } from "./member-check.ts";

/** A member's entries are numbered 1 to n without a gap, and the account knows n. */
export const entrySequence: MemberCheck = {
  name: "entry_sequence",
  sql: `
    with numbered as (
      select member_key, count(*) as n, min(seq) as first, max(seq) as last from entries where ${inRange("entries")} group by member_key
    ), stored as (
      select member_key, entry_seq from accounts where ${inRange("accounts")} and wallet = 1
    )
    select member_key, null::smallint as wallet, null as subject,
           coalesce(n, 0) || ' entries, 1 to ' || coalesce(n, 0) as expected,
           coalesce(n, 0) || ' entries, ' || coalesce(first, 1) || ' to ' || coalesce(last, 0) || ', account at ' || coalesce(entry_seq, 0) as actual
      from stored full join numbered using (member_key)
     where coalesce(first, 1) <> 1 or coalesce(last, 0) <> coalesce(n, 0) or coalesce(entry_seq, 0) <> coalesce(n, 0)`,
};
