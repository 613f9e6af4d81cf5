import type { FastifyInstance } from "fastify";
import { isPerson } from "../keys/schemas.ts";

/**
 * One line a request at info. It names the route's template instead of the address: ids of members, queries, bodies and keys stay
 * out of the log, and so does who a person is.
 */
export function logRequests(app: FastifyInstance): void {
  app.addHook("onResponse", (request, reply, done) => {
    const caller = request.caller?.actor.keyId;
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url ?? "unknown",
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
        program: request.caller?.program?.id,
        key: caller !== undefined && isPerson(caller) ? "user" : caller,
      },
      "request",
    );
    done();
  });
}
