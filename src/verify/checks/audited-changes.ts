import { REQUEST_KINDS } from "../../core/request-kinds.ts";
import { inRange, type MemberCheck } from "./member-check.ts";

/** Kinds of commands whose answers only a change by hand leaves; those to idempotency keys but for the codes that stores confirm. */
const BY_HAND = ["adjustment", "adjustment_decision", "reversal", "merge", "unmerge", "erasure", "idempotency_key"] as const;
const { idempotency_key: key } = REQUEST_KINDS;

const KINDS = BY_HAND.map((name) => `(${REQUEST_KINDS[name]}, '${name}')`).join(", ");

/** Commands that were written before the program's audit began may be without a row. */
const AUDITED_SINCE = "coalesce((select since from audit_starts where program_id = $1), '-infinity')";

/**
 * An answer that is kept and a row of audit that names its id were written in one transaction; there is none without the other. Other
 * members whom the command has changed have such a row too: the directory says whose the answer is.
 */
export const auditedCommands: MemberCheck = {
  name: "audited_command",
  sql: `
    with kinds (kind, name) as (values ${KINDS}),
    answered as (
      select member_key, kind, name, id, recorded_at, 'the change' as what from commands join kinds using (kind)
       where ${inRange("commands")} and (kind <> ${key} or answer -> 'redemption' is null)
    ), audited as (
      select member_key, kind, name, after ->> name as id, recorded_at, 'its row of audit' as what
        from audit join kinds on json_typeof(after -> name) = 'string' where ${inRange("audit")}
    )
    select member_key, null::smallint as wallet, name || ' ' || id as subject,
           'both in one transaction' as expected, 'only ' || coalesce(told, done) as actual
      from (select member_key, kind, name, id, recorded_at, answered.what as done, audited.what as told
              from answered full join audited using (member_key, kind, name, id, recorded_at)) both_sides
     where told is null and recorded_at > ${AUDITED_SINCE}
        or done is null and not exists (
             select from directory d join commands c on c.program_id = $1 and c.member_key = d.member_key and c.kind = d.kind and c.id = d.id
              where d.program_id = $1 and d.kind = both_sides.kind and d.id = both_sides.id and c.recorded_at = both_sides.recorded_at offset 0)`,
};

/** As many rows of audit as changes of tiers by hand, which need no id, in each transaction. */
export const auditedTiers: MemberCheck = {
  name: "audited_tier",
  sql: `
    with changed as (
      select member_key, recorded_at, count(*) as changes from tier_changes
       where ${inRange("tier_changes")} and cause = 'manual' group by member_key, recorded_at
    ), audited as (
      select member_key, recorded_at, count(*) as told from audit
       where ${inRange("audit")} and action = 'setMemberTier' group by member_key, recorded_at
    )
    select member_key, null::smallint as wallet, 'tiers set by hand at ' || recorded_at as subject,
           coalesce(changes, 0) as expected, coalesce(told, 0) as actual
      from changed full join audited using (member_key, recorded_at)
     where coalesce(changes, 0) <> coalesce(told, 0) and (told is not null or recorded_at > ${AUDITED_SINCE})`,
};
