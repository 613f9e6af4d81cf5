import type { BulkGrantView } from "./bulk-grant.ts";
import type { BulkGrantRow } from "./store.ts";

export const bulkGrantView = (row: BulkGrantRow): BulkGrantView => ({
  id: row.grant_id,
  status: row.status,
  reason: row.reason,
  actor: row.actor,
  to: row.recipients,
  give: row.gives,
  granted: row.granted,
  refused: row.refused,
  createdAt: row.created_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
});
