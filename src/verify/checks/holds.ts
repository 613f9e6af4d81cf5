import { ENTRY_KINDS, SOURCE_KINDS } from "../../ledger/accounts.ts";
import { countedFor, inRange, type MemberCheck } from "./member-check.ts";

const { hold, capture, release } = ENTRY_KINDS;
const sumOf = (kind: number): string => `coalesce(sum(points) filter (where kind = ${kind}), 0)`;

/** Each hold was opened by one entry, and what its resolution captured and released is what its row says. */
export const holdEntries: MemberCheck = {
  name: "hold_entries",
  sql: `
    with moved as (
      select member_key, wallet, source_id as hold_id, ${sumOf(hold)} as held, ${sumOf(capture)} as captured, ${sumOf(release)} as released
        from ${countedFor("entries", "wallet, source_kind, source_id, kind, points")} as counted where source_kind = ${SOURCE_KINDS.hold} and kind in (${hold}, ${capture}, ${release})
       group by member_key, wallet, source_id
    ), stored as (
      select member_key, wallet, hold_id, points as held, captured, case when status = 'open' then 0 else points - captured end as released
        from holds where ${inRange("holds")}
    )
    select member_key, wallet, 'hold ' || hold_id || ': ' || part.subject as subject, part.expected, part.actual
      from stored full join moved using (member_key, wallet, hold_id)
     cross join lateral (values
       ('points', coalesce(moved.held, 0), coalesce(stored.held, 0)),
       ('captured', coalesce(moved.captured, 0), coalesce(stored.captured, 0)),
       ('released', coalesce(moved.released, 0), coalesce(stored.released, 0))) as part (subject, expected, actual)
     where part.expected <> part.actual`,
};
