import type { FastifyInstance, FastifyPluginAsync } from "fastify";
import { LoyaltyError } from "../core/errors.ts";
import { errorDocs } from "./error-docs.ts";

type HeaderValue = string | string[] | number | undefined;

/** The swagger-ui sets styles on elements and draws icons from data URLs; it loads nothing from elsewhere. */
const PAGE_HEADERS = {
  "cache-control": "no-cache",
  "content-security-policy": [
    "default-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'self'",
  ].join("; "),
};

/** What the pages are told of a request, and what of their answers is theirs and not of the connection. */
const ASKED = ["if-none-match", "if-modified-since"];
const ANSWERED = ["content-type", "etag", "last-modified", "location"];

const pick = (headers: Readonly<Record<string, HeaderValue>>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])));

/** The documentation to read and try out, without any network but this service: /docs, and the error codes at /docs/errors. */
export const docs: FastifyPluginAsync = async (app) => {
  let pages: Promise<FastifyInstance> | undefined;

  app.addHook("onRoute", (route) => {
    route.config = { ...route.config, scope: "public" };
    route.schema = { ...route.schema, hide: true };
  });
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers(PAGE_HEADERS);
  });
  app.addHook("onClose", async () => (await pages)?.close());

  /** Who comes after a failure tries again. */
  async function makePages(): Promise<FastifyInstance> {
    try {
      const { createPages } = await import("./docs-pages.ts");
      return await createPages();
    } catch (error) {
      pages = undefined;
      throw error;
    }
  }

  // Most processes are never asked for them: what shows them is loaded when somebody first looks.
  for (const url of ["/docs", "/docs/*"]) {
    app.get(url, async ({ url, headers }, reply) => {
      pages ??= makePages();
      const answer = await (await pages).inject({ url, headers: pick(headers, ASKED) });
      if (answer.statusCode === 404) throw new LoyaltyError("not_found");
      return reply.code(answer.statusCode).headers(pick(answer.headers, ANSWERED)).send(answer.rawPayload);
    });
  }
  app.get("/docs/errors", async (_request, reply) => reply.type("text/html; charset=utf-8").send(errorDocs()));
};
