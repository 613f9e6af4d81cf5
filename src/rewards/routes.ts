import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import { operation } from "../http/operation.ts";
import { decodeCursor, pageFrom } from "../http/page.ts";
import { MemberParams } from "../members/schemas.ts";
import { type RewardReads, readMemberRewards, readReward, readRewards } from "./read-rewards.ts";
import { MemberRewardPage, RewardPage, RewardParams, RewardSchema, RewardsQuery } from "./schemas.ts";

/** The catalogue: what members get for points, and why not. */
export const rewardRoutes: FastifyPluginAsyncZodOpenApi<{ reads: RewardReads }> = async (app, { reads }) => {
  app.get(
    "/v1/rewards",
    {
      config: { scope: "rewards:read" },
      schema: operation({
        operationId: "listRewards",
        tag: "rewards",
        summary: "List rewards",
        description: "The rewards of the version in force in order of their ids, with what is left of each now.",
        querystring: RewardsQuery,
        response: { 200: RewardPage },
      }),
    },
    async ({ program, query: { limit, cursor } }) => {
      const after = decodeCursor(z.string(), cursor) ?? "";
      return pageFrom(
        await readRewards(reads, program, { after, limit: limit + 1 }),
        limit,
        (reward) => reward,
        ({ id }) => id,
      );
    },
  );

  app.get(
    "/v1/rewards/:rewardId",
    {
      config: { scope: "rewards:read" },
      schema: operation({
        operationId: "getReward",
        tag: "rewards",
        summary: "Read a reward",
        description: "A reward of the version in force, with what is left of it now.",
        params: RewardParams,
        response: { 200: RewardSchema },
        problems: ["reward_not_found"],
      }),
    },
    async ({ program, params }) => readReward(reads, program, params.rewardId),
  );

  app.get(
    "/v1/members/:memberId/rewards",
    {
      config: { scope: "rewards:read" },
      schema: operation({
        operationId: "listMemberRewards",
        tag: "rewards",
        summary: "List what a member can redeem",
        description: `All rewards of the version in force, each with whether the member can redeem one now and, where not, every reason with its
facts: \`insufficient_points\` with what is missing, \`tier_too_low\` with the tier that is needed, \`limit_reached\` and \`out_of_stock\` with
when they begin anew, and others.`,
        params: MemberParams,
        querystring: RewardsQuery,
        response: { 200: MemberRewardPage },
        problems: ["member_not_found"],
      }),
    },
    async ({ program, params, query: { limit, cursor } }) => {
      const after = decodeCursor(z.string(), cursor) ?? "";
      return pageFrom(
        await readMemberRewards(reads, program, params.memberId, { after, limit: limit + 1 }),
        limit,
        (reward) => reward,
        ({ id }) => id,
      );
    },
  );
};
