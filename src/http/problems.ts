import type { FastifyReply, FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import { LoyaltyError } from "../core/errors.ts";
import { toRefusal } from "./foreign-errors.ts";
import { allowedMethods } from "./methods.ts";
import { PROBLEM_MEDIA_TYPE, toProblem } from "./problem.ts";

/** Seconds after which a refused client may try again, where the refusal does not say it itself. */
const RETRY_AFTER = 1;

/** The one place where an error becomes an HTTP answer. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // Who goes away in the middle of a body breaks their own connection, and no other one.
  const refusal =
    error === request.raw.errored
      ? new LoyaltyError("request_unreadable")
      : (toRefusal(error) ?? new LoyaltyError("internal", {}, [], error));
  if (refusal.code === "internal") request.log.error({ err: error }, "unexpected error");
  if (refusal.code === "database_unavailable") request.log.warn({ err: refusal.cause }, "the database cannot be reached");

  if (refusal.status === 503 || refusal.status === 429)
    reply.header("retry-after", String(refusal.details.retryAfterSeconds ?? RETRY_AFTER));
  if (refusal.status === 401) reply.header("www-authenticate", 'Bearer realm="loyalty"');
  // A refusal is never part of a route's answers, so no serializer of the route looks at it.
  return reply
    .code(refusal.status)
    .header("x-request-id", request.id)
    .type(PROBLEM_MEDIA_TYPE)
    .serializer(JSON.stringify)
    .send(toProblem(refusal.code, request.id, refusal.details, refusal.errors));
}

/** Error handler, unknown addresses (404) and wrong methods (405 with Allow). Registered before any route. */
export const problems = fp(
  async (app) => {
    const methodsOf = allowedMethods(app);
    app.setErrorHandler(sendProblem);
    app.setNotFoundHandler((request, reply) => {
      const methods = methodsOf(request.url);
      if (methods.length === 0) throw new LoyaltyError("not_found");
      reply.header("allow", methods.join(", "));
      throw new LoyaltyError("method_not_allowed", { method: request.method });
    });
  },
  { name: "problems" },
);
