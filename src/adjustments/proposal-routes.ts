import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import { canonicalHash } from "../core/canonical.ts";
import { inProgram } from "../db/transaction.ts";
import type { Engine, ProgramContext } from "../engine/commands.ts";
import { answerOf } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, pageFrom } from "../http/page.ts";
import { callerId } from "../keys/schemas.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import type { DecideAdjustment } from "./commands.ts";
import { requireUnlimitedKey } from "./limits.ts";
import { DeclineAdjustmentBody, ProposalPage, ProposalParams, ProposalSchema, ProposalsQuery } from "./proposal-schemas.ts";
import { findProposal, listProposals } from "./proposal-store.ts";

const Position = z.strictObject({ at: z.iso.datetime(), id: z.string() });

export const adjustmentProposalRoutes: FastifyPluginAsyncZodOpenApi<{ engine: Engine; reads: ReadDeps }> = async (
  app,
  { engine, reads },
) => {
  const find = ({ programId }: ProgramContext, id: string) =>
    inProgram(reads.pool, programId, (tx) => findProposal(tx, programId, id, reads.now().getTime()));

  /** The hash names who decides: the same decision of somebody else is not the same request. */
  async function decideOn(program: ProgramContext, id: string, decision: Pick<DecideAdjustment, "action" | "note" | "keyId">) {
    const proposal = await find(program, id);
    const hash = canonicalHash({ id, ...decision });
    return engine.submit(program, { kind: "decide_adjustment", memberId: proposal.memberId, proposal, hash, ...decision });
  }

  app.get(
    "/v1/adjustment-proposals",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "listAdjustmentProposals",
        tag: "ledger",
        summary: "List proposed adjustments",
        description: "Newest first: adjustments above the program's `adjustments.approval.above`, waiting or decided.",
        querystring: ProposalsQuery,
        response: { 200: ProposalPage },
      }),
    },
    async ({ program: { programId }, query: { limit, cursor, status } }) => {
      const before = decodeCursor(Position, cursor);
      const page = { status, before, limit: limit + 1, now: reads.now().getTime() };
      const rows = await inProgram(reads.pool, programId, (tx) => listProposals(tx, programId, page));
      return pageFrom(
        rows,
        limit,
        (row) => row,
        ({ proposedAt, id }) => ({ at: proposedAt, id }),
      );
    },
  );

  app.get(
    "/v1/adjustment-proposals/:adjustmentId",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "getAdjustmentProposal",
        tag: "ledger",
        summary: "Read a proposed adjustment",
        description: "What was proposed, until when it can be approved, and what became of it.",
        params: ProposalParams,
        response: { 200: ProposalSchema },
        problems: ["proposal_not_found"],
      }),
    },
    async ({ program, params: { adjustmentId } }) => find(program, adjustmentId),
  );

  app.post(
    "/v1/adjustment-proposals/:adjustmentId/approve",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "approveAdjustment",
        tag: "ledger",
        summary: "Approve a proposed adjustment",
        description: `The adjustment takes effect, once. Another key or person than the one who has proposed it must ask for it. The same request of
the same caller again answers the first answer. A key with \`pointsPerDay\` approves none.`,
        params: ProposalParams,
        response: { 200: ProposalSchema },
        problems: [
          "proposal_not_found",
          "own_proposal",
          "proposal_not_pending",
          "key_points_limit",
          "member_not_active",
          "insufficient_points",
          "amount_out_of_range",
          "queue_full",
        ],
      }),
    },
    async ({ program, actor, params: { adjustmentId } }, reply) => {
      requireUnlimitedKey(actor.terms.pointsPerDay);
      return answerOf(reply, decideOn(program, adjustmentId, { action: "approve", keyId: callerId(actor.keyId) }));
    },
  );

  app.post(
    "/v1/adjustment-proposals/:adjustmentId/decline",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "declineAdjustment",
        tag: "ledger",
        summary: "Decline a proposed adjustment",
        description:
          "Nothing moves, and it can be approved no more. Another key or person than the one who has proposed it must ask for it.",
        params: ProposalParams,
        body: DeclineAdjustmentBody,
        response: { 200: ProposalSchema },
        problems: ["proposal_not_found", "own_proposal", "proposal_not_pending", "queue_full"],
      }),
    },
    async ({ program, actor, body: { note }, params: { adjustmentId } }, reply) => {
      return answerOf(reply, decideOn(program, adjustmentId, { action: "decline", note, keyId: callerId(actor.keyId) }));
    },
  );
};
