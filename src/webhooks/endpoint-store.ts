import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";

export type Endpoint = {
  endpointId: string;
  url: string;
  description: string;
  types: string[] | null;
  isEnabled: boolean;
  disabledReason: string | null;
  secret: Buffer;
  formerSecret: Buffer | null;
  formerUntil: Date | null;
  createdAt: Date;
  position: number;
  failures: number;
  resumeAt: Date | null;
};

const COLUMNS = `endpoint_id as "endpointId", url, description, types, is_enabled as "isEnabled", disabled_reason as "disabledReason", secret,
  former_secret as "formerSecret", former_until as "formerUntil", created_at as "createdAt", position, failures, resume_at as "resumeAt"`;

/** It gets what happens from now on. */
export async function insertEndpoint(
  tx: pg.ClientBase,
  programId: number,
  endpoint: Pick<Endpoint, "endpointId" | "url" | "description" | "types" | "isEnabled" | "secret" | "createdAt">,
): Promise<Endpoint> {
  const { rows } = await tx.query<Endpoint>(
    `insert into webhook_endpoints (program_id, endpoint_id, url, description, types, is_enabled, secret, created_at, position)
     values ($1, $2, $3, $4, $5, $6, $7, $8, coalesce((select position from event_feeds where program_id = $1), 0)) returning ${COLUMNS}`,
    [
      programId,
      endpoint.endpointId,
      endpoint.url,
      endpoint.description,
      endpoint.types,
      endpoint.isEnabled,
      endpoint.secret,
      endpoint.createdAt,
    ],
  );
  return only(rows, endpoint.endpointId);
}

/** Locks it until the transaction ends. Errors: webhook_not_found. */
export async function findEndpoint(tx: pg.ClientBase, programId: number, endpointId: string): Promise<Endpoint> {
  const { rows } = await tx.query<Endpoint>(
    `select ${COLUMNS} from webhook_endpoints where program_id = $1 and endpoint_id = $2 for update`,
    [programId, endpointId],
  );
  return only(rows, endpointId);
}

/** Oldest first; ids are made in order of time. */
export async function listEndpoints(
  tx: pg.ClientBase,
  programId: number,
  page: { after: string | undefined; limit: number },
): Promise<Endpoint[]> {
  const { rows } = await tx.query<Endpoint>(
    `select ${COLUMNS} from webhook_endpoints
      where program_id = $1 and ($2::uuid is null or endpoint_id > $2) order by endpoint_id limit $3`,
    [programId, page.after ?? null, page.limit],
  );
  return rows;
}

/** Writes what a request may change, the secrets and how far it is. Errors: webhook_not_found. */
export async function updateEndpoint(tx: pg.ClientBase, programId: number, endpoint: Endpoint): Promise<Endpoint> {
  const { rows } = await tx.query<Endpoint>(
    `update webhook_endpoints
        set url = $3, description = $4, types = $5, is_enabled = $6, disabled_reason = $7, secret = $8, former_secret = $9, former_until = $10,
            position = $11, failures = $12, resume_at = $13
      where program_id = $1 and endpoint_id = $2 returning ${COLUMNS}`,
    [
      programId,
      endpoint.endpointId,
      endpoint.url,
      endpoint.description,
      endpoint.types,
      endpoint.isEnabled,
      endpoint.disabledReason,
      endpoint.secret,
      endpoint.formerSecret,
      endpoint.formerUntil,
      endpoint.position,
      endpoint.failures,
      endpoint.resumeAt,
    ],
  );
  return only(rows, endpoint.endpointId);
}

/** With all that waits for it. Errors: webhook_not_found. */
export async function deleteEndpoint(tx: pg.ClientBase, programId: number, endpointId: string): Promise<void> {
  const { rowCount } = await tx.query("delete from webhook_endpoints where program_id = $1 and endpoint_id = $2", [programId, endpointId]);
  if (rowCount === 0) throw new LoyaltyError("webhook_not_found");
  await tx.query("delete from webhook_deliveries where program_id = $1 and endpoint_id = $2", [programId, endpointId]);
}

function only(rows: readonly Endpoint[], endpointId: string): Endpoint {
  const [row] = rows;
  if (row === undefined) throw new LoyaltyError("webhook_not_found", { endpointId });
  return row;
}
