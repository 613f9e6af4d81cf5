import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { operation } from "../http/operation.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { MemberParams } from "../members/schemas.ts";
import { MemberTierSchema } from "./schemas.ts";
import { readMemberTier } from "./views.ts";

export type TierRoutesOptions = { reads: ReadDeps };

export const tierRoutes: FastifyPluginAsyncZodOpenApi<TierRoutesOptions> = async (app, { reads }) => {
  app.get(
    "/v1/members/:memberId/tier",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "getMemberTier",
        tag: "tiers",
        summary: "Read a member's tier",
        description: "The tier with its benefits, what is missing to each tier above, and how the member came here.",
        params: MemberParams,
        response: { 200: MemberTierSchema },
        problems: ["member_not_found"],
      }),
    },
    async (request) => readMemberTier(reads, request.program, request.params.memberId),
  );
};
