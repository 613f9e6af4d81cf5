import swaggerUi from "@fastify/swagger-ui";
import type { FastifyPluginAsync } from "fastify";
import { errorDocs } from "./error-docs.ts";

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

/** The documentation to read and try out, without any network but this service: /docs, and the error codes at /docs/errors. */
export const docs: FastifyPluginAsync = async (app) => {
  app.addHook("onRoute", (route) => {
    route.config = { ...route.config, scope: "public" };
    route.schema = { ...route.schema, hide: true };
  });
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers(PAGE_HEADERS);
  });
  await app.register(swaggerUi, { routePrefix: "/docs", logLevel: "warn", uiConfig: { deepLinking: true, persistAuthorization: false } });
  app.get("/docs/errors", async (_request, reply) => reply.type("text/html; charset=utf-8").send(errorDocs()));
};
