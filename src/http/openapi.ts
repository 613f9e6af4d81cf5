import swagger from "@fastify/swagger";
import fp from "fastify-plugin";
import { fastifyZodOpenApiPlugin, fastifyZodOpenApiTransformers } from "fastify-zod-openapi";
import packageJson from "../../package.json" with { type: "json" };
import { completeDocument, type Document, KEY_SCHEME, TOKEN_SCHEME } from "./document.ts";
import { collectOperations } from "./operations.ts";
import { Problem } from "./problem.ts";
import { TAGS } from "./tags.ts";

const DESCRIPTION = `A loyalty engine: members, orders with discounts and points by rules and tiers, returns, balances.

Amounts are whole minor units of the program's currency, points whole numbers, times RFC 3339. Every write takes effect once: the
same id with the same body answers the first result again with \`Idempotent-Replayed: true\`. Refusals are
\`application/problem+json\` (RFC 9457) with a stable \`code\`; what is wrong with an input stands in \`errors\`, each with an RFC 6901
pointer into the body (\`/query/…\`, \`/path/…\` and \`/headers/…\` for the other parts of a request).

Fields with a default may be left out of a body: for TypeScript, generate types with \`openapi-typescript --default-non-nullable false\`.`;

/** Makes the OpenAPI 3.1 document of the routes that are registered after it: what `app.swagger()` answers. */
export const openapi = fp(
  async (app) => {
    const operations = collectOperations(app);
    await app.register(fastifyZodOpenApiPlugin, { components: { schemas: { Problem } } });
    await app.register(swagger, {
      openapi: {
        openapi: "3.1.0",
        info: {
          title: "Loyalty engine",
          version: packageJson.version,
          description: DESCRIPTION,
          license: { name: "Apache 2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
        },
        servers: [{ url: "/", description: "This service" }],
        tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
        components: {
          securitySchemes: {
            [KEY_SCHEME]: {
              type: "http",
              scheme: "bearer",
              description: "An API key of a program, or the root key with Loyalty-Program",
            },
            [TOKEN_SCHEME]: {
              type: "http",
              scheme: "bearer",
              bearerFormat: "JWT",
              description: "A token of the OpenID Connect issuer that the service is set to trust, for people; it says scopes and programs",
            },
          },
        },
      },
      transform: fastifyZodOpenApiTransformers.transform,
      transformObject: (built) => completeDocument(fastifyZodOpenApiTransformers.transformObject(built) as Document, operations),
    });
  },
  { name: "openapi" },
);
