import type { FastifyInstance } from "fastify";

/**
 * One line a request at info. It names the route's template instead of the address: ids of members, queries, bodies and keys stay
 * out of the log.
 */
export function logRequests(app: FastifyInstance): void {
  app.addHook("onResponse", async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? "unknown",
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
        program: request.caller?.program?.id,
        key: request.caller?.actor.keyId,
      },
      "request",
    );
  });
}
