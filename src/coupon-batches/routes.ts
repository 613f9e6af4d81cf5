import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { RevokeBody } from "../coupons/code-schemas.ts";
import { couponDefinition } from "../coupons/issue-coupon.ts";
import { inProgram } from "../db/transaction.ts";
import { createdStatus } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, pageFrom } from "../http/page.ts";
import { CallerId } from "../http/types.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { type BatchUses, type CouponBatch, type CouponBatchView, couponBatchView } from "./batch.ts";
import { createBatch } from "./create-batch.ts";
import { BatchesQuery, BatchParams, CouponBatchPage, CouponBatchSchema, CreateBatchBody } from "./schemas.ts";
import { findBatch, listBatches, revokeBatch, usesOfBatch } from "./store.ts";

export const couponBatchRoutes: FastifyPluginAsyncZodOpenApi<{ reads: ReadDeps }> = async (app, { reads }) => {
  const { pool, programs } = reads;

  /** How batches of a program are answered now. */
  async function viewIn(programId: number): Promise<(batch: CouponBatch, used?: BatchUses) => CouponBatchView> {
    const program = await programs.current(programId);
    return (batch, used) => couponBatchView(batch, couponDefinition({ program }, batch.coupon)?.label, used);
  }

  app.post(
    "/v1/coupon-batches",
    {
      config: { scope: "program:write" },
      schema: operation({
        operationId: "createCouponBatch",
        tag: "coupons",
        summary: "Make a batch of codes",
        description: `With \`codes\`, so many codes that nobody can guess are generated, each its own; two thousand at once, the rest by a job while
\`status\` is \`writing\`. Without, the batch takes a shop's own codes. The terms stay as they are. Sent again it answers the batch as it stands.`,
        body: CreateBatchBody,
        response: { 200: CouponBatchSchema, 201: CouponBatchSchema },
        problems: ["coupon_over", "id_reused"],
      }),
    },
    async ({ program: { programId }, body }, reply) => {
      const program = await programs.current(programId);
      const { batch, isReplay } = await createBatch({ pool }, { programId, program }, body, reads.now());
      return reply.code(createdStatus(reply, isReplay)).send((await viewIn(programId))(batch));
    },
  );

  app.get(
    "/v1/coupon-batches",
    {
      config: { scope: "program:read" },
      schema: operation({
        operationId: "listCouponBatches",
        tag: "coupons",
        summary: "List batches of codes",
        description: "By their ids, each with how many of its codes are there.",
        querystring: BatchesQuery,
        response: { 200: CouponBatchPage },
      }),
    },
    async ({ program: { programId }, query: { limit, cursor } }) => {
      const after = decodeCursor(CallerId, cursor) ?? "";
      const batches = await inProgram(pool, programId, (tx) => listBatches(tx, programId, { after, limit: limit + 1 }));
      const view = await viewIn(programId);
      return pageFrom(
        batches,
        limit,
        (batch) => view(batch),
        ({ id }) => id,
      );
    },
  );

  app.get(
    "/v1/coupon-batches/:batchId",
    {
      config: { scope: "program:read" },
      schema: operation({
        operationId: "getCouponBatch",
        tag: "coupons",
        summary: "Read a batch of codes",
        description: "Its terms, how many of its codes are there, and how many orders use them.",
        params: BatchParams,
        response: { 200: CouponBatchSchema },
        problems: ["coupon_batch_not_found"],
      }),
    },
    async ({ program: { programId }, params: { batchId } }) => {
      const view = await viewIn(programId);
      return inProgram(pool, programId, async (tx) =>
        view(await findBatch(tx, programId, batchId), await usesOfBatch(tx, programId, batchId)),
      );
    },
  );

  app.post(
    "/v1/coupon-batches/:batchId/revoke",
    {
      config: { scope: "program:write" },
      schema: operation({
        operationId: "revokeCouponBatch",
        tag: "coupons",
        summary: "Revoke all codes of a batch",
        description: `From then on no cart can use one of them, whatever it was quoted; orders that use one keep what they got. Codes that are not there yet
are not made any more. Sent again it changes nothing: the first reason stays.`,
        params: BatchParams,
        body: RevokeBody,
        response: { 200: CouponBatchSchema },
        problems: ["coupon_batch_not_found"],
      }),
    },
    async ({ program: { programId }, params: { batchId }, body: { reason, actor } }) => {
      const view = await viewIn(programId);
      return inProgram(pool, programId, async (tx) => {
        await revokeBatch(tx, programId, { batchId, reason, actor, at: reads.now().getTime() });
        return view(await findBatch(tx, programId, batchId));
      });
    },
  );
};
