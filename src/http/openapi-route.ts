import { readFile } from "node:fs/promises";
import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import { writtenOnce } from "../core/written.ts";
import { operation } from "./operation.ts";

const FILE = new URL("../../openapi/openapi.json", import.meta.url);

/** The document as `npm run openapi` has made it from the routes. A service does not make it again: its start would wait for what makes it. */
export const readDocument = async (): Promise<Record<string, unknown>> => JSON.parse(await readFile(FILE, "utf8"));

/** Serves the OpenAPI 3.1 document. */
export const openapiRoute: FastifyPluginAsyncZodOpenApi = async (app) => {
  let document: ReturnType<typeof readDocument> | undefined;

  app.get(
    "/openapi.json",
    {
      config: { scope: "public" },
      schema: operation({
        operationId: "getOpenApi",
        tag: "service",
        summary: "This document",
        description: "The OpenAPI 3.1 document of this API, made from the schemas that validate its requests.",
        response: { 200: z.record(z.string(), z.unknown()).meta({ description: "OpenAPI 3.1", example: { openapi: "3.1.0" } }) },
      }),
    },
    async (_request, reply) => {
      document ??= readDocument();
      return reply
        .type("application/json")
        .serializer(writtenOnce)
        .send(await document);
    },
  );
};
