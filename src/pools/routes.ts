import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { canonicalHash } from "../core/canonical.ts";
import type { Engine } from "../engine/commands.ts";
import { createdStatus } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { CreatePoolBody, PoolMemberParams, PoolMembershipSchema, PoolParams, PoolSchema, PutPoolMemberBody } from "./schemas.ts";
import { type PoolReads, readPool } from "./views.ts";

const REASONS =
  "`pool_conflict` says why: `not_offered` by the program, `in_a_pool` already, `full`, `owner_spends` always, or `owner_leaves_last`.";

export const poolRoutes: FastifyPluginAsyncZodOpenApi<{ engine: Engine; reads: PoolReads }> = async (app, { engine, reads }) => {
  app.post(
    "/v1/pools",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "createPool",
        tag: "pools",
        summary: "Make a household",
        description: `A pool of one, who owns it and may draw on whoever joins. ${REASONS}`,
        body: CreatePoolBody,
        response: { 200: PoolMembershipSchema, 201: PoolMembershipSchema },
        problems: ["member_not_found", "member_not_active", "id_reused", "pool_conflict", "queue_full"],
      }),
    },
    async ({ program, body: { id, owner } }, reply) => {
      const command = { kind: "create_pool", memberId: owner, poolId: id, hash: canonicalHash({ owner }) } as const;
      const { result, replayed } = await engine.submit(program, command);
      return reply.code(createdStatus(reply, replayed)).send(result);
    },
  );

  app.get(
    "/v1/pools/:poolId",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "getPool",
        tag: "pools",
        summary: "Read a household",
        description: "Its members, what each of them has available now, and what they have together.",
        params: PoolParams,
        response: { 200: PoolSchema },
        problems: ["pool_not_found"],
      }),
    },
    async ({ program, params }) => readPool(reads, program, params.poolId),
  );

  app.put(
    "/v1/pools/:poolId/members/:memberId",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "putPoolMember",
        tag: "pools",
        summary: "Put a member into a household",
        description: `Or say anew whether they may draw on the others. Sent again it changes nothing. ${REASONS}`,
        params: PoolMemberParams,
        body: PutPoolMemberBody,
        response: { 200: PoolMembershipSchema },
        problems: ["pool_not_found", "member_not_found", "member_not_active", "pool_conflict", "queue_full"],
      }),
    },
    async ({ program, params, body }) => (await engine.submit(program, { kind: "put_pool_member", ...params, ...body })).result,
  );

  app.delete(
    "/v1/pools/:poolId/members/:memberId",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "leavePool",
        tag: "pools",
        summary: "Take a member out of a household",
        description: `Everyone keeps the points that are theirs. The pool ends with its owner, who goes last. ${REASONS}`,
        params: PoolMemberParams,
        response: { 200: PoolMembershipSchema },
        problems: ["pool_not_found", "member_not_found", "pool_conflict", "queue_full"],
      }),
    },
    async ({ program, params }) => (await engine.submit(program, { kind: "leave_pool", ...params })).result,
  );
};
