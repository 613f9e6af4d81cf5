import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { canonicalHash } from "../core/canonical.ts";
import type { Engine } from "../engine/commands.ts";
import { answerOf, createdStatus, IdempotencyHeaders, idempotencyKeyOf } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { MemberParams } from "../members/schemas.ts";
import { BoughtUpgradeSchema, BuyUpgradeBody, SetTierBody, TierSetSchema } from "./change-schemas.ts";

/** What moves a member beside what they buy. */
export const tierChangeRoutes: FastifyPluginAsyncZodOpenApi<{ engine: Engine }> = async (app, { engine }) => {
  app.post(
    "/v1/members/:memberId/tier/upgrades",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "buyTierUpgrade",
        tag: "tiers",
        summary: "Buy an upgrade with points",
        description: `Takes the price of one of the program's upgrades, those points first that expire first, and lifts the member. What was
accrued in total stays as it is. \`upgrade_unavailable\` says why: \`not_from_this_tier\`, \`top_reached\`, \`limit_used\`, or \`not_for_sale\`.`,
        params: MemberParams,
        body: BuyUpgradeBody,
        response: { 200: BoughtUpgradeSchema, 201: BoughtUpgradeSchema },
        problems: ["member_not_found", "member_not_active", "id_reused", "upgrade_unavailable", "insufficient_points", "queue_full"],
      }),
    },
    async (request, reply) => {
      const { memberId } = request.params;
      const { id, upgrade } = request.body;
      const { result, replayed } = await engine.submit(request.program, {
        kind: "buy_upgrade",
        memberId,
        purchaseId: id,
        hash: canonicalHash({ memberId, upgrade }),
        upgrade,
      });
      return reply.code(createdStatus(reply, replayed)).send(result);
    },
  );

  app.put(
    "/v1/members/:memberId/tier",
    {
      config: { scope: "members:write" },
      schema: operation({
        operationId: "setMemberTier",
        tag: "tiers",
        summary: "Put a member into a tier by hand",
        description: `From now on, with a reason that the history keeps. With \`until\` the tier gives way then to the one that the member qualifies
for; without it, it is kept as the tier's retention says. An order that reaches a higher tier still moves the member up.`,
        headers: IdempotencyHeaders,
        params: MemberParams,
        body: SetTierBody,
        response: { 200: TierSetSchema },
        problems: ["member_not_found", "member_not_active", "idempotency_key_reused", "queue_full"],
      }),
    },
    async (request, reply) => {
      const { memberId } = request.params;
      const key = idempotencyKeyOf(request.headers, "setMemberTier", { memberId, ...request.body });
      return answerOf(reply, engine.submit(request.program, { kind: "set_tier", memberId, ...request.body, key }));
    },
  );
};
