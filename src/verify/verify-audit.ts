import type pg from "pg";
import { type Report, SHOWN_PER_STEP } from "./reporter.ts";

type Row = { subject: string; expected: string; actual: string; total: number };

/** What the audit names by its id. */
const THINGS = `
  select 'rule_set' as kind, version::text as target from rule_sets where program_id = $1
  union all select 'rule_set_cancellation', version::text from rule_set_cancellations where program_id = $1
  union all select 'key', key_id::text from api_keys where program_id = $1
  union all select 'draft', id from drafts where program_id = $1
  union all select 'segment', segment_id from segments where program_id = $1
  union all select 'coupon_code', code from coupon_codes where program_id = $1 and batch_id is null
  union all select 'coupon_batch', batch_id from coupon_batches where program_id = $1
  union all select 'bulk_grant', grant_id from bulk_grants where program_id = $1
  union all select 'webhook', endpoint_id::text from webhook_endpoints where program_id = $1`;

/**
 * What somebody has made by hand has a row of audit that says so, unless it was there before the audit began; what the audit names is there
 * until its last row deletes it. Of segments only the latter: imports make them too. Members' changes by hand are said with the members.
 */
export async function verifyAudit(client: pg.ClientBase, programId: number, report: Report): Promise<void> {
  const { rows } = await client.query<Row>({
    name: "verify_audit",
    text: `with told as (
             select case action when 'cancelRuleSet' then 'rule_set_cancellation' else target_kind end as kind, target,
                    bool_or(before is null) as is_made,
                    max(audit_id) is not distinct from max(audit_id) filter (where after is null) as is_deleted
               from audit where program_id = $1 and target is not null and target_kind <> all ('{program,import,webhook_delivery}')
              group by 1, 2),
           compared as (
             select kind, target, is_there is true as is_there, is_deleted is true as is_deleted,
                    kind = 'segment' or is_made is true or is_older is true as is_explained
               from (select kind, target, true as is_there from (${THINGS}) named) things
               full join told using (kind, target)
               left join (select target_kind as kind, target, true as is_older from unaudited_things where program_id = $1) older using (kind, target)),
           found as (
             select 'is there' as expected, 'is not' as actual, * from compared where not is_there and not is_deleted
             union all
             select 'was deleted', 'is there', * from compared where is_there and is_deleted and kind <> 'segment'
             union all
             select 'a row of audit that it was made', 'none', * from compared where is_there and not is_explained)
           select kind || ' ' || target as subject, expected, actual, (count(*) over ())::integer as total
             from found order by subject, expected limit ${SHOWN_PER_STEP}`,
    values: [programId],
  });
  for (const { subject, expected, actual } of rows) report.show({ check: "audit", subject, expected, actual });
  report.count((rows[0]?.total ?? 0) - rows.length);
}
