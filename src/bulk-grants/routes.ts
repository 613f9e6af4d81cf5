import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import { requireUnlimitedKey } from "../adjustments/limits.ts";
import { ERROR_CATALOGUE } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import { createdStatus, markReplay } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, Page, pageFrom } from "../http/page.ts";
import { callerId } from "../keys/schemas.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { bulkGrantView } from "./bulk-grant-view.ts";
import { cancelBulkGrant } from "./cancel-bulk-grant.ts";
import {
  BulkGrantPage,
  BulkGrantParams,
  BulkGrantRefusalPage,
  BulkGrantSchema,
  BulkGrantsQuery,
  StartBulkGrantBody,
  StartBulkGrantQuery,
} from "./schemas.ts";
import { startBulkGrant, tryBulkGrant } from "./start-bulk-grant.ts";
import { findBulkGrant, listBulkGrants, listRefused } from "./store.ts";

const Position = z.strictObject({ createdAt: z.iso.datetime(), id: z.string() });

const titleOf = (code: string): string => (code in ERROR_CATALOGUE ? ERROR_CATALOGUE[code as keyof typeof ERROR_CATALOGUE].title : code);

/** Points and coupons for many members at once. All of it needs `admin`: it may give anything to anybody. */
export const bulkGrantRoutes: FastifyPluginAsyncZodOpenApi<{ reads: ReadDeps }> = async (app, { reads }) => {
  app.post(
    "/v1/bulk-grants",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "startBulkGrant",
        tag: "points",
        summary: "Give points or a coupon to many members",
        description: `To each buyer of a SKU in a period, to each member of a segment, or to named members: once for each of them, by a job that goes
on where it was stopped. The members are those whom it is for when the job comes to them. Limits of adjustments by hand do not apply;
a key with \`pointsPerDay\` gives no points by it.
With \`dryRun=true\` it only tells how many members there are.`,
        querystring: StartBulkGrantQuery,
        body: StartBulkGrantBody,
        response: { 200: BulkGrantSchema, 201: BulkGrantSchema },
        problems: ["id_reused", "coupon_over", "members_unknown", "key_points_limit"],
      }),
    },
    async ({ program, actor, query: { dryRun }, body }, reply) => {
      if (body.give.points !== undefined) requireUnlimitedKey(actor.terms.pointsPerDay);
      const asked = { ...body, keyId: callerId(actor.keyId) };
      if (dryRun) return reply.code(200).send(await tryBulkGrant(reads, program, asked));
      const { grant, replayed } = await startBulkGrant(reads, program, asked);
      return reply.code(createdStatus(reply, replayed)).send(grant);
    },
  );

  app.get(
    "/v1/bulk-grants",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "listBulkGrants",
        tag: "points",
        summary: "List bulk grants",
        description: "Newest first, each with how far it is.",
        querystring: BulkGrantsQuery,
        response: { 200: BulkGrantPage },
      }),
    },
    async ({ program: { programId }, query: { limit, cursor, status } }) => {
      const after = decodeCursor(Position, cursor);
      const rows = await inProgram(reads.pool, programId, (tx) => listBulkGrants(tx, programId, { status, after, limit: limit + 1 }));
      return pageFrom(rows, limit, bulkGrantView, ({ created_at, grant_id }) => ({ createdAt: created_at.toISOString(), id: grant_id }));
    },
  );

  app.get(
    "/v1/bulk-grants/:bulkGrantId",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "getBulkGrant",
        tag: "points",
        summary: "Read a bulk grant",
        description: "How many members got it so far, and how many were refused.",
        params: BulkGrantParams,
        response: { 200: BulkGrantSchema },
        problems: ["bulk_grant_not_found"],
      }),
    },
    async ({ program: { programId }, params: { bulkGrantId } }) =>
      bulkGrantView(await inProgram(reads.pool, programId, (tx) => findBulkGrant(tx, programId, bulkGrantId))),
  );

  app.get(
    "/v1/bulk-grants/:bulkGrantId/refusals",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "listBulkGrantRefusals",
        tag: "points",
        summary: "List who got nothing of a bulk grant",
        description: "Each with the code of the error, in the order in which the members joined the program.",
        params: BulkGrantParams,
        querystring: Page,
        response: { 200: BulkGrantRefusalPage },
        problems: ["bulk_grant_not_found"],
      }),
    },
    async ({ program: { programId }, params: { bulkGrantId: grantId }, query: { limit, cursor } }) => {
      const after = decodeCursor(z.int().nonnegative(), cursor) ?? 0;
      const rows = await inProgram(reads.pool, programId, async (tx) => {
        await findBulkGrant(tx, programId, grantId);
        return listRefused(tx, programId, { grantId, after, limit: limit + 1 });
      });
      return pageFrom(
        rows,
        limit,
        ({ id: memberId, refused: code, reached_at: at }) => ({ memberId, code, title: titleOf(code), at: at.toISOString() }),
        ({ member_key }) => member_key,
      );
    },
  );

  app.post(
    "/v1/bulk-grants/:bulkGrantId/cancel",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "cancelBulkGrant",
        tag: "points",
        summary: "Stop a bulk grant",
        description: "When this is answered nobody gets anything of it any more. Who got it keeps it; the answer says how many they are.",
        params: BulkGrantParams,
        response: { 200: BulkGrantSchema },
        problems: ["bulk_grant_not_found", "bulk_grant_over"],
      }),
    },
    async ({ program, params: { bulkGrantId } }, reply) => {
      const { grant, replayed } = await cancelBulkGrant(reads, program, bulkGrantId);
      markReplay(reply, replayed);
      return grant;
    },
  );
};
