import type { FastifyInstance } from "fastify";
import { isAudited } from "../audit/storefront-operations.ts";
import { auditedFor } from "../db/audit-origin.ts";
import { callerId } from "../keys/schemas.ts";

/** Whatever an operation writes that is no storefront traffic is audited as its caller's. After the body was read, as `keepProgramTime`. */
export function keepAuditOrigins(app: FastifyInstance): void {
  app.addHook("preValidation", (request, _reply, done) => {
    const { method, id: requestId, caller, routeOptions } = request;
    const { scope } = routeOptions.config;
    const action = routeOptions.schema?.operationId;
    if (caller === null || scope === undefined || action === undefined || !isAudited(method, scope, action)) return done();
    auditedFor({ actor: callerId(caller.actor.keyId), requestId, action }, done);
  });
}
