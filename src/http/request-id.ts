import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";

const HEADER = "x-request-id";

/** What may stand in a log line and a header as it is. */
const SAFE_ID = /^[A-Za-z0-9._:/+=-]{1,128}$/;

/** The caller's own id where it is harmless, otherwise a new one. */
export function requestIdOf(headers: IncomingHttpHeaders = {}): string {
  const given = headers[HEADER];
  return typeof given === "string" && SAFE_ID.test(given) ? given : randomUUID();
}

export function answerRequestIds(app: FastifyInstance): void {
  app.addHook("onRequest", (request, reply, done) => {
    reply.header(HEADER, request.id);
    done();
  });
}
