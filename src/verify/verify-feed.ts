import type pg from "pg";
import { type Report, SHOWN_PER_STEP } from "./reporter.ts";

type Row = { subject: string; expected: string; actual: string; total: number };

/** The positions of the feed begin with 1, have no gaps and end where the feed says; each batch has the events that it counts. */
export async function verifyFeed(client: pg.ClientBase, programId: number, report: Report): Promise<void> {
  const { rows } = await client.query<Row>({
    name: "verify_feed",
    text: `with batches as materialized (
             select batch, events, first_position from event_batches where program_id = $1),
           placed as (
             select first_position, first_position + events as next, lag(first_position + events, 1, 1::bigint) over (order by first_position) as expected
               from batches where first_position is not null),
           found as (
             select 'position' as subject, expected::text, first_position::text as actual from placed where first_position <> expected
             union all
             select 'end', (coalesce(ends.next, 1) - 1)::text, coalesce(feed.position, 0)::text
               from (select max(next) as next from placed) ends left join event_feeds feed on feed.program_id = $1
              where coalesce(ends.next, 1) - 1 <> coalesce(feed.position, 0)
             union all
             select 'events of batch ' || batch, coalesce(written.events, 0)::text, batches.events::text
               from batches left join (select batch, count(*) as events from events where program_id = $1 group by batch) written using (batch)
              where batches.events <> coalesce(written.events, 0))
           select found.*, (count(*) over ())::integer as total from found order by subject, actual limit ${SHOWN_PER_STEP}`,
    values: [programId],
  });
  for (const { subject, expected, actual } of rows) report.show({ check: "event_feed", subject, expected, actual });
  report.count((rows[0]?.total ?? 0) - rows.length);
}
