import type { FastifyInstance } from "fastify";
import { isAudited, isRead } from "../audit/storefront-operations.ts";
import { auditedFor } from "../db/audit-origin.ts";
import { callerId } from "../keys/schemas.ts";

/** Whatever an operation writes that is no storefront traffic is audited as its caller's. After the body was read, as `keepProgramTime`. */
export function keepAuditOrigins(app: FastifyInstance): void {
  app.addHook("preValidation", (request, _reply, done) => {
    const { method, id: requestId, caller } = request;
    if (isRead(method)) return done();
    const { config, schema } = request.routeOptions;
    const { scope } = config;
    const action = schema?.operationId;
    if (caller === null || scope === undefined || action === undefined || !isAudited(method, scope, action)) return done();
    auditedFor({ actor: callerId(caller.actor.keyId), requestId, action }, done);
  });
}
