import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { canonicalHash } from "../core/canonical.ts";
import type { Engine } from "../engine/commands.ts";
import { createdStatus } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { callerId } from "../keys/schemas.ts";
import { MemberParams } from "../members/schemas.ts";
import { ProposalSchema } from "./proposal-schemas.ts";
import { AdjustmentSchema, AdjustPointsBody } from "./schemas.ts";

export const adjustmentRoutes: FastifyPluginAsyncZodOpenApi<{ engine: Engine }> = async (app, { engine }) => {
  app.post(
    "/v1/members/:memberId/adjustments",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "adjustPoints",
        tag: "ledger",
        summary: "Give or take points by hand",
        description: `Corrects a balance, with a reason and an actor that the ledger keeps. Given points are available at once; taken ones come from the
lots that expire first. Neither is an accrual: \`accruedTotal\` and tiers stay as they are. The program's \`adjustments\` say how much
one adjustment and one API key may move, and above how many points it is only proposed: 202, and \`/v1/adjustment-proposals\` goes on. A key's
own \`pointsPerDay\` says how much it may give on one day of the program.`,
        params: MemberParams,
        body: AdjustPointsBody,
        response: { 200: AdjustmentSchema, 201: AdjustmentSchema, 202: ProposalSchema },
        problems: [
          "member_not_found",
          "member_not_active",
          "id_reused",
          "adjustment_limit_exceeded",
          "key_points_limit",
          "insufficient_points",
          "amount_out_of_range",
          "queue_full",
        ],
      }),
    },
    async (request, reply) => {
      const { memberId } = request.params;
      const { id, ...adjustment } = request.body;
      const { result, replayed } = await engine.submit(request.program, {
        kind: "adjust_points",
        memberId,
        adjustmentId: id,
        hash: canonicalHash({ memberId, ...adjustment }),
        ...adjustment,
        keyId: callerId(request.actor.keyId),
        keyPointsPerDay: request.actor.terms.pointsPerDay,
      });
      const status = createdStatus(reply, replayed);
      return "status" in result ? reply.code(202).send(result) : reply.code(status).send(result);
    },
  );
};
