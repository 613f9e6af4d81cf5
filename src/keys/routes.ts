import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type pg from "pg";
import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, Page, pageFrom } from "../http/page.ts";
import { type ChangeContext, changeKey, createKey, revokeKey, rotateKey } from "./change-key.ts";
import {
  ApiKey,
  ApiKeyPage,
  CreatedKey,
  CreateKeyBody,
  internalKeyId,
  KeyParams,
  RotatedKey,
  RotateKeyBody,
  UpdateKeyBody,
} from "./schemas.ts";
import { listKeys } from "./store.ts";
import { createdKeyView, keyView } from "./views.ts";

/** Keys go by the clock of the service, also in programs whose time is set. */
export const keyRoutes: FastifyPluginAsyncZodOpenApi<{ pool: pg.Pool; clock: Clock }> = async (app, { pool, clock }) => {
  const changeBy = ({ program, actor }: FastifyRequest): ChangeContext => ({ pool, program, own: actor, now: clock() });

  app.post(
    "/v1/keys",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "createKey",
        tag: "keys",
        summary: "Make an API key",
        description:
          "Makes a key of the program. The answer shows it once: only its SHA-256 is kept. A key gives no other key more than it has itself.",
        body: CreateKeyBody,
        response: { 201: CreatedKey },
        problems: ["beyond_own_key"],
      }),
    },
    async (request, reply) => {
      const { created, key } = await createKey(changeBy(request), request.body);
      return reply.code(201).send({ ...createdKeyView(created), key });
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
      const rows = await listKeys(pool, request.program, { before, limit: limit + 1, now: clock() });
      return pageFrom(rows, limit, keyView, ({ keyId }) => keyId);
    },
  );

  app.patch(
    "/v1/keys/:id",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "updateKey",
        tag: "keys",
        summary: "Change an API key",
        description: "Its name and its bounds, in force everywhere within a second. Scopes stay: make another key for others.",
        params: KeyParams,
        body: UpdateKeyBody,
        response: { 200: ApiKey },
        problems: ["key_not_found", "key_revoked", "beyond_own_key"],
      }),
    },
    async (request) => keyView(await changeKey(changeBy(request), { keyId: internalKeyId(request.params.id), ...request.body })),
  );

  app.post(
    "/v1/keys/:id/rotate",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "rotateKey",
        tag: "keys",
        summary: "Change an API key for a new one",
        description: `The answer shows the new key once; id, scopes, bounds and what is counted stay. The former key works until the overlap ends, so that callers
can change over. An answer that was lost is asked for again: up to 5 former keys work at a time, none longer than the overlap of the last.`,
        params: KeyParams,
        body: RotateKeyBody,
        response: { 200: RotatedKey },
        problems: ["key_not_found", "key_revoked", "beyond_own_key", "too_many_former_keys"],
      }),
    },
    async (request) => {
      const { id } = request.params;
      const { formerWorksUntil, ...rotated } = await rotateKey(changeBy(request), { keyId: internalKeyId(id), ...request.body });
      return { id, ...rotated, formerWorksUntil: formerWorksUntil.toISOString() };
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
        params: KeyParams,
        response: { 204: { description: "The key is revoked" } },
        problems: ["key_not_found"],
      }),
    },
    async (request, reply) => {
      await revokeKey(changeBy(request), internalKeyId(request.params.id));
      return reply.code(204).send();
    },
  );
};
