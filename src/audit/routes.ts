import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type pg from "pg";
import { z } from "zod";
import { camelCaseKeys } from "../core/camel-case.ts";
import { inProgram } from "../db/transaction.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, pageFrom } from "../http/page.ts";
import { publicKeyId } from "../keys/schemas.ts";
import { publicWebhookId } from "../webhooks/schemas.ts";
import { type AuditEntrySchema, AuditPageSchema, AuditQuery } from "./schemas.ts";
import { listAudit, type StoredAudit } from "./store.ts";

const Position = z.int().positive();

const named = (facts: Record<string, unknown> | null): Record<string, unknown> | null => facts && camelCaseKeys(facts);

/** Some ids are stored without what the API puts before them. */
function publicTarget({ target_kind, target }: StoredAudit): string {
  if (target_kind === "key") return publicKeyId(target);
  return target_kind === "webhook" ? publicWebhookId(target) : target;
}

const auditView = (row: StoredAudit): z.output<typeof AuditEntrySchema> => ({
  id: row.audit_id,
  recordedAt: row.recorded_at.toISOString(),
  actor: row.actor,
  requestId: row.request_id,
  action: row.action,
  targetKind: row.target_kind,
  target: publicTarget(row),
  before: named(row.before),
  after: named(row.after),
});

export const auditRoutes: FastifyPluginAsyncZodOpenApi<{ pool: pg.Pool }> = async (app, { pool }) => {
  app.get(
    "/v1/audit",
    {
      config: { scope: "reports:read", isReport: true },
      schema: operation({
        operationId: "listAudit",
        tag: "audit",
        summary: "Read who changed what by hand",
        description: `Every change of the configuration and every change of a member that is no storefront traffic, newest first: published programs, keys,
drafts, segments, coupon codes, bulk grants, adjustments, reversals, merges, tiers set by hand, profiles. Each is written in the transaction of the
change itself and never changed. A request that changed nothing, or was answered again, has none.`,
        querystring: AuditQuery,
        response: { 200: AuditPageSchema },
      }),
    },
    async ({ program: { programId }, query: { limit, cursor, ...filters } }) => {
      const before = decodeCursor(Position, cursor);
      const rows = await inProgram(pool, programId, (tx) => listAudit(tx, programId, { filters, before, limit }));
      return pageFrom(rows, limit, auditView, ({ audit_id }) => audit_id);
    },
  );
};
