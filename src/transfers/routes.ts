import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type pg from "pg";
import { canonicalHash } from "../core/canonical.ts";
import { inProgram } from "../db/transaction.ts";
import type { Engine } from "../engine/commands.ts";
import { createdStatus } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { TransferParams, TransferPointsBody, TransferSchema } from "./schemas.ts";
import { findTransfer } from "./store.ts";

export const transferRoutes: FastifyPluginAsyncZodOpenApi<{ engine: Engine; pool: pg.Pool }> = async (app, { engine, pool }) => {
  app.post(
    "/v1/transfers",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "transferPoints",
        tag: "ledger",
        summary: "Give points of one member to another",
        description: `Takes available points, those first that expire first, on the terms of their wallet. They keep the dates on which they expire.
What the giver has accrued in total and the tiers of both stay as they are. \`transfer_not_allowed\` says why: \`not_offered\`,
\`tier_too_low\`, \`below_min\`, \`above_max\`, \`day_limit\`, \`month_limit\`, or \`nothing_arrives\` after the fee.`,
        body: TransferPointsBody,
        response: { 200: TransferSchema, 201: TransferSchema },
        problems: [
          "member_not_found",
          "member_not_active",
          "id_reused",
          "wallet_not_spendable",
          "transfer_not_allowed",
          "insufficient_points",
          "amount_out_of_range",
          "queue_full",
        ],
      }),
    },
    async (request, reply) => {
      const { id, from, ...asked } = request.body;
      const { result, replayed } = await engine.submit(request.program, {
        kind: "transfer_points",
        memberId: from,
        transferId: id,
        hash: canonicalHash({ from, ...asked }),
        ...asked,
      });
      return reply.code(createdStatus(reply, replayed)).send(result);
    },
  );

  app.get(
    "/v1/transfers/:transferId",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "getTransfer",
        tag: "ledger",
        summary: "Read a transfer",
        description: "As it was answered; the balance is the one that it left the giver.",
        params: TransferParams,
        response: { 200: TransferSchema },
        problems: ["transfer_not_found"],
      }),
    },
    async ({ program: { programId }, params }) => inProgram(pool, programId, (tx) => findTransfer(tx, programId, params.transferId)),
  );
};
