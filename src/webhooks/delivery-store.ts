import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";

export const DELIVERY_STATUSES = ["pending", "delivered", "failed"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** An event that did not arrive at the first attempt, at its position. */
export type Delivery = {
  position: number;
  status: DeliveryStatus;
  attempts: number;
  nextAt: Date | null;
  lastStatus: number | null;
  lastError: string | null;
  updatedAt: Date;
};

const COLUMNS = `position, status, attempts, next_at as "nextAt", last_status as "lastStatus", last_error as "lastError", updated_at as "updatedAt"`;

type OfEndpoint = { programId: number; endpointId: string };

/** What is to be tried again by now, the oldest event first. */
export async function dueDeliveries(
  tx: pg.ClientBase,
  { programId, endpointId }: OfEndpoint,
  { now, limit }: { now: Date; limit: number },
): Promise<Delivery[]> {
  const { rows } = await tx.query<Delivery>({
    name: "due_webhook_deliveries",
    text: `select ${COLUMNS} from webhook_deliveries
            where program_id = $1 and endpoint_id = $2 and status = 'pending' and next_at <= $3 order by next_at, position limit $4`,
    values: [programId, endpointId, now, limit],
  });
  return rows.sort((a, b) => a.position - b.position);
}

/** Keeps how attempts ended. */
export async function putDeliveries(
  tx: pg.ClientBase,
  { programId, endpointId }: OfEndpoint,
  deliveries: readonly Delivery[],
): Promise<void> {
  if (deliveries.length === 0) return;
  await tx.query({
    name: "put_webhook_deliveries",
    text: `insert into webhook_deliveries as d (program_id, endpoint_id, position, status, attempts, next_at, last_status, last_error, updated_at)
           select $1, $2, u.* from unnest($3::bigint[], $4::text[], $5::integer[], $6::timestamptz[], $7::smallint[], $8::text[], $9::timestamptz[]) u
           on conflict (program_id, endpoint_id, position) do update
              set status = excluded.status, attempts = excluded.attempts, next_at = excluded.next_at, last_status = excluded.last_status,
                  last_error = excluded.last_error, updated_at = excluded.updated_at`,
    values: [
      programId,
      endpointId,
      deliveries.map(({ position }) => position),
      deliveries.map(({ status }) => status),
      deliveries.map(({ attempts }) => attempts),
      deliveries.map(({ nextAt }) => nextAt),
      deliveries.map(({ lastStatus }) => lastStatus),
      deliveries.map(({ lastError }) => lastError),
      deliveries.map(({ updatedAt }) => updatedAt),
    ],
  });
}

/** The receiver answers again: what waits is tried now. */
export async function makeAllDue(tx: pg.ClientBase, { programId, endpointId }: OfEndpoint, now: Date): Promise<void> {
  await tx.query({
    name: "make_webhook_deliveries_due",
    text: `update webhook_deliveries set next_at = $3
            where program_id = $1 and endpoint_id = $2 and status = 'pending' and next_at > $3`,
    values: [programId, endpointId, now],
  });
}

/** Newest first, of one status or of all. */
export async function listDeliveries(
  tx: pg.ClientBase,
  { programId, endpointId }: OfEndpoint,
  page: { status: DeliveryStatus | undefined; before: number | undefined; limit: number },
): Promise<Delivery[]> {
  const { rows } = await tx.query<Delivery>(
    `select ${COLUMNS} from webhook_deliveries
      where program_id = $1 and endpoint_id = $2 and ($3::text is null or status = $3) and ($4::bigint is null or position < $4)
      order by position desc limit $5`,
    [programId, endpointId, page.status ?? null, page.before ?? null, page.limit],
  );
  return rows;
}

/** Makes a delivery due, with all attempts before it again; one that has arrived is sent again. Errors: webhook_delivery_not_found. */
export async function retryDelivery(
  tx: pg.ClientBase,
  { programId, endpointId }: OfEndpoint,
  { position, now }: { position: number; now: Date },
): Promise<Delivery> {
  const { rows } = await tx.query<Delivery>(
    `update webhook_deliveries set status = 'pending', attempts = 0, next_at = $4, updated_at = $4
      where program_id = $1 and endpoint_id = $2 and position = $3 returning ${COLUMNS}`,
    [programId, endpointId, position, now],
  );
  const [delivery] = rows;
  if (delivery === undefined) throw new LoyaltyError("webhook_delivery_not_found", { position });
  return delivery;
}

/** Forgets what the feed itself will bring again. */
export async function dropDeliveriesAfter(tx: pg.ClientBase, { programId, endpointId }: OfEndpoint, position: number): Promise<void> {
  await tx.query("delete from webhook_deliveries where program_id = $1 and endpoint_id = $2 and position > $3", [
    programId,
    endpointId,
    position,
  ]);
}

/** Removes what is kept of deliveries that had arrived by `until`. Answers how many. */
export async function removeDelivered(
  tx: pg.ClientBase,
  programId: number,
  { until, limit }: { until: Date; limit: number },
): Promise<number> {
  const { rowCount } = await tx.query({
    name: "remove_webhook_deliveries",
    text: `delete from webhook_deliveries where program_id = $1 and ctid = any(array(
             select ctid from webhook_deliveries where program_id = $1 and status = 'delivered' and updated_at <= $2 limit $3))`,
    values: [programId, until, limit],
  });
  return rowCount ?? 0;
}

/** Seconds since the oldest event that a webhook still waits for has got its place in the feed; 0 where none waits. */
export async function longestWait(tx: pg.ClientBase, programId: number): Promise<number> {
  const { rows } = await tx.query<{ seconds: number }>({
    name: "longest_webhook_wait",
    text: `with waiting as (
             select least(case when e.position < f.position then e.position + 1 end,
                          (select min(d.position) from webhook_deliveries d
                            where d.program_id = $1 and d.endpoint_id = e.endpoint_id and d.status = 'pending')) as position
               from webhook_endpoints e join event_feeds f on f.program_id = $1
              where e.program_id = $1 and e.is_enabled)
           select coalesce(max(extract(epoch from clock_timestamp() - b.numbered_at)), 0)::float8 as seconds
             from waiting w
            cross join lateral (select numbered_at from event_batches
                                 where program_id = $1 and first_position <= w.position order by first_position desc limit 1) b`,
    values: [programId],
  });
  return rows[0]?.seconds ?? 0;
}
