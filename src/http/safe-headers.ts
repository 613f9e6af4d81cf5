import type { FastifyInstance } from "fastify";

/**
 * Headers of every answer of the API, which is data and no page: nothing may be run, framed, sniffed or kept. The pages of
 * the documentation say otherwise where they must (docs.ts). Constants and no helmet: it works the set out anew for every
 * request, which was a tenth of the cost of a balance.
 */
const SAFE_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
} as const;

export function answerSafeHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", (_request, reply, done) => {
    reply.headers(SAFE_HEADERS);
    done();
  });
}
