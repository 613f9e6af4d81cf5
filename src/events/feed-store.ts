import type pg from "pg";
import { type EventKey, eventId } from "./event-id.ts";

/** An event in its place. `memberId` is null for the program's own. */
export type FeedEvent = {
  position: number;
  id: string;
  type: string;
  memberId: string | null;
  occurredAt: Date;
  recordedAt: Date;
  data: Record<string, unknown>;
};

type Row = Omit<FeedEvent, "id"> & { member_key: number; version: number; n: number };

const toEvent = ({ member_key, version, n, ...event }: Row): FeedEvent => ({
  ...event,
  id: eventId({ memberKey: member_key, version, n }),
});

/** The last position of a program's feed; 0 where nothing has happened yet. */
export async function endOfFeed(tx: pg.ClientBase, programId: number): Promise<number> {
  const { rows } = await tx.query<{ position: number }>({
    name: "end_of_feed",
    text: "select position from event_feeds where program_id = $1",
    values: [programId],
  });
  return rows[0]?.position ?? 0;
}

/** The events at positions above `after` and up to `through`, of some types or (null) of all, in their order. */
export async function selectFeed(
  tx: pg.ClientBase,
  programId: number,
  { after, through, types, limit }: { after: number; through: number; types: readonly string[] | null; limit: number },
): Promise<FeedEvent[]> {
  const { rows } = await tx.query<Row>({
    name: "select_feed",
    text: `select e.position, e.member_key, e.version, e.n, e.type, m.id as "memberId", e.occurred_at as "occurredAt",
                  e.recorded_at as "recordedAt", e.data
             from (select batch, first_position from event_batches
                    where program_id = $1 and first_position <= $3
                      and first_position >= (select max(first_position) from event_batches where program_id = $1 and first_position <= $2 + 1)
                    order by first_position offset 0) b
            cross join lateral (
                   select b.first_position + row_number() over (order by e.member_key, e.version, e.n) - 1 as position,
                          e.member_key, e.version, e.n, e.type, e.occurred_at, e.recorded_at, e.data
                     from events e where e.program_id = $1 and e.batch = b.batch) e
             left join lateral (select id from members m where m.program_id = $1 and m.member_key = e.member_key offset 0) m on true
            where e.position > $2 and e.position <= $3 and ($4::text[] is null or e.type = any ($4))
            order by e.position limit $5`,
    values: [programId, after, through, types, limit],
  });
  return rows.map(toEvent);
}

/** The event with this key, once it has its place in the feed. */
export async function selectEvent(
  tx: pg.ClientBase,
  programId: number,
  { memberKey, version, n }: EventKey,
): Promise<FeedEvent | undefined> {
  const { rows } = await tx.query<Row>({
    name: "select_feed_event",
    text: `select b.first_position + (
                    select count(*) from events o
                     where o.program_id = $1 and o.batch = e.batch and (o.member_key, o.version, o.n) < (e.member_key, e.version, e.n)) as position,
                  e.member_key, e.version, e.n, e.type, m.id as "memberId", e.occurred_at as "occurredAt", e.recorded_at as "recordedAt", e.data
             from events e
             join event_batches b on b.program_id = $1 and b.batch = e.batch and b.first_position is not null
             left join members m on m.program_id = $1 and m.member_key = e.member_key
            where e.program_id = $1 and e.member_key = $2 and e.version = $3 and e.n = $4::integer`,
    values: [programId, memberKey, version, n],
  });
  return rows[0] && toEvent(rows[0]);
}

/** The last position that was given before an instant: what happened later stands behind it. */
export async function positionBefore(tx: pg.ClientBase, programId: number, at: Date): Promise<number> {
  const { rows } = await tx.query<{ position: number }>({
    name: "position_before",
    text: `select coalesce((select b.first_position + b.events - 1 from event_batches b
                             where b.program_id = $1 and b.first_position is not null and b.numbered_at < $2
                             order by b.first_position desc limit 1), 0) as position`,
    values: [programId, at],
  });
  return rows[0]?.position ?? 0;
}
