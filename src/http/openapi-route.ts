import { readFile } from "node:fs/promises";
import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import { operation } from "./operation.ts";

const FILE = new URL("../../openapi/openapi.json", import.meta.url);

/** The document as `npm run openapi` has made it from the routes. A service does not make it again: its start would wait for what makes it. */
export const readDocument = (): Promise<Buffer> => readFile(FILE);

/** Serves the OpenAPI 3.1 document. */
export const openapiRoute: FastifyPluginAsyncZodOpenApi = async (app) => {
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
    // Its bytes as they are: reading and writing three megabytes of JSON would hold up everybody else.
    async (_request, reply) => reply.type("application/json").send((await readDocument()) as never),
  );
};
