import { randomBytes } from "node:crypto";
import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import { LoyaltyError } from "../core/errors.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, Page, pageFrom } from "../http/page.ts";
import { hashApiKey, hintOf, makeApiKey } from "./api-key.ts";
import { ApiKeyPage, CreatedKey, CreateKeyBody, internalKeyId, KeyId, publicKeyId } from "./schemas.ts";
import { insertKey, type KeyRow, listKeys, revokeKey } from "./store.ts";

const keyView = ({ keyId, name, scopes, hint, createdAt, revokedAt }: KeyRow) => ({
  id: publicKeyId(keyId),
  name,
  scopes,
  hint,
  createdAt: createdAt.toISOString(),
  revokedAt: revokedAt?.toISOString() ?? null,
});

export const keyRoutes: FastifyPluginAsyncZodOpenApi<{ pool: pg.Pool; clock: Clock }> = async (app, { pool, clock }) => {
  app.post(
    "/v1/keys",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "createKey",
        tag: "keys",
        summary: "Make an API key",
        description: "Makes a key of the program. The answer shows it once: only its SHA-256 is kept.",
        body: CreateKeyBody,
        response: { 201: CreatedKey },
      }),
    },
    async (request, reply) => {
      const { name, scopes } = request.body;
      const key = makeApiKey(randomBytes);
      const created = { keyId: uuidv7(), name, scopes, hint: hintOf(key), createdAt: clock() };
      await insertKey(pool, request.program, { ...created, hash: hashApiKey(key) });
      const { keyId, createdAt, ...shown } = created;
      return reply.code(201).send({ id: publicKeyId(keyId), ...shown, createdAt: createdAt.toISOString(), key });
    },
  );

  app.get(
    "/v1/keys",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "listKeys",
        tag: "keys",
        summary: "API keys of the program",
        description: "Newest first, revoked ones too.",
        querystring: Page,
        response: { 200: ApiKeyPage },
      }),
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const before = decodeCursor(z.uuid(), cursor);
      const rows = await listKeys(pool, request.program, { before, limit: limit + 1 });
      return pageFrom(rows, limit, keyView, ({ keyId }) => keyId);
    },
  );

  app.delete(
    "/v1/keys/:id",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "revokeKey",
        tag: "keys",
        summary: "Revoke an API key",
        description: "The key is refused within a second, for good. Revoking it again changes nothing.",
        params: z.strictObject({ id: KeyId }),
        response: { 204: { description: "The key is revoked" } },
        problems: ["key_not_found"],
      }),
    },
    async (request, reply) => {
      const isKnown = await revokeKey(pool, request.program, internalKeyId(request.params.id), clock());
      if (!isKnown) throw new LoyaltyError("key_not_found");
      return reply.code(204).send();
    },
  );
};
