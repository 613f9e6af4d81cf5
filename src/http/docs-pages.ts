import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import Fastify, { type FastifyInstance } from "fastify";
import { readDocument } from "./openapi-route.ts";

/** An application by itself, to inject requests into, that shows the OpenAPI document below /docs. */
export async function createPages(): Promise<FastifyInstance> {
  const app = Fastify();
  await app.register(swagger, { mode: "static", specification: { document: JSON.parse(String(await readDocument())) } });
  await app.register(swaggerUi, { routePrefix: "/docs", logLevel: "warn", uiConfig: { deepLinking: true, persistAuthorization: false } });
  await app.ready();
  return app;
}
