import type pg from "pg";
import { type Report, SHOWN_PER_STEP } from "./reporter.ts";

type Row = { subject: string; expected: string; actual: string; total: number };

/** Webhooks stand within the feed, and what is kept of deliveries is of an event in it and of a webhook that there is. */
export async function verifyWebhooks(client: pg.ClientBase, programId: number, report: Report): Promise<void> {
  const { rows } = await client.query<Row>({
    name: "verify_webhooks",
    text: `with feed as (select coalesce(max(position), 0) as last from event_feeds where program_id = $1),
           found as (
             select endpoint_id || ': position' as subject, 'at most ' || feed.last as expected, position::text as actual
               from webhook_endpoints, feed where program_id = $1 and position > feed.last
             union all
             select endpoint_id || ': delivery of ' || position, 'an event from 1 to ' || feed.last, position::text
               from webhook_deliveries, feed where program_id = $1 and (position > feed.last or position < 1)
             union all
             select d.endpoint_id || ': delivery of ' || d.position, 'a webhook', 'none'
               from webhook_deliveries d
              where d.program_id = $1
                and not exists (select from webhook_endpoints e where e.program_id = $1 and e.endpoint_id = d.endpoint_id))
           select found.*, (count(*) over ())::integer as total from found order by subject limit ${SHOWN_PER_STEP}`,
    values: [programId],
  });
  for (const { subject, expected, actual } of rows) report.show({ check: "webhook", subject, expected, actual });
  report.count((rows[0]?.total ?? 0) - rows.length);
}
