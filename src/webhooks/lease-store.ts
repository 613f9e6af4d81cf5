import type pg from "pg";
import { inProgram, NO_PROGRAM } from "../db/transaction.ts";

/** Who delivers to an endpoint: nobody else does before the lease ends, also where the process has died. */
export type Lease = { programId: number; endpointId: string; leaseId: string };

/** Longer than a step of a delivery takes at most; each step renews it. */
const LEASE_SECONDS = 60;
const CLAIMED_MAX = 64;

/** Programs that have endpoints. */
export async function programsWithWebhooks(pool: pg.Pool): Promise<number[]> {
  const { rows } = await inProgram(pool, NO_PROGRAM, (tx) =>
    tx.query<{ program_id: number }>({ name: "programs_with_webhooks", text: "select program_id from loyalty_programs_with_webhooks()" }),
  );
  return rows.map(({ program_id }) => program_id);
}

/** Takes endpoints that have something to get and nobody delivers to. */
export async function claimEndpoints(
  tx: pg.ClientBase,
  { programId, leaseId }: Omit<Lease, "endpointId">,
  { now, but }: { now: Date; but: readonly string[] },
): Promise<Lease[]> {
  const { rows } = await tx.query<{ endpoint_id: string }>({
    name: "claim_webhook_endpoints",
    text: `update webhook_endpoints e set lease_id = $2, leased_until = $3::timestamptz + make_interval(secs => ${LEASE_SECONDS})
             from (select endpoint_id from webhook_endpoints c
                    where c.program_id = $1 and c.is_enabled and c.endpoint_id <> all ($4::uuid[]) and (c.leased_until is null or c.leased_until <= $3)
                      and (((c.resume_at is null or c.resume_at <= $3)
                            and c.position < (select f.position from event_feeds f where f.program_id = $1))
                        or exists (select from webhook_deliveries d where d.program_id = $1 and d.endpoint_id = c.endpoint_id
                                      and d.status = 'pending' and d.next_at <= $3))
                    order by c.endpoint_id limit ${CLAIMED_MAX} for update skip locked) claimed
            where e.program_id = $1 and e.endpoint_id = claimed.endpoint_id
            returning e.endpoint_id`,
    values: [programId, leaseId, now, but],
  });
  return rows.map(({ endpoint_id: endpointId }) => ({ programId, endpointId, leaseId }));
}

/** Locks the endpoint until the transaction ends and lengthens the lease; false where it is another's by now, or the endpoint is gone. */
export async function renewLease(tx: pg.ClientBase, { programId, endpointId, leaseId }: Lease, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: "renew_webhook_lease",
    text: `update webhook_endpoints set leased_until = $4::timestamptz + make_interval(secs => ${LEASE_SECONDS})
            where program_id = $1 and endpoint_id = $2 and lease_id = $3`,
    values: [programId, endpointId, leaseId, now],
  });
  return rowCount === 1;
}

export async function releaseLease(tx: pg.ClientBase, { programId, endpointId, leaseId }: Lease): Promise<void> {
  await tx.query({
    name: "release_webhook_lease",
    text: "update webhook_endpoints set lease_id = null, leased_until = null where program_id = $1 and endpoint_id = $2 and lease_id = $3",
    values: [programId, endpointId, leaseId],
  });
}
