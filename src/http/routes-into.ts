import type { FastifyInstance } from "fastify";
import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";

const DISPLAY_NAME = Symbol.for("fastify.display-name");

/** Adds a plugin of routes under its own name: for that of one that does not say it Fastify looks through every module that is loaded. */
export const routesInto =
  (app: FastifyInstance) =>
  async <Options extends object>(plugin: FastifyPluginAsyncZodOpenApi<Options>, options: Options): Promise<void> => {
    await app.register(Object.assign(plugin, { [DISPLAY_NAME]: plugin.name }), options);
  };
