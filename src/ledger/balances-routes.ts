import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { LoyaltyError } from "../core/errors.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { operation } from "../http/operation.ts";
import type { Balance } from "./balance.ts";
import { BalancesRequest, BalancesSchema } from "./balances-schemas.ts";
import type { BalanceReader, Consistency } from "./read-balance.ts";

export type BalancesRoutesOptions = { balances: BalanceReader };

export const balancesRoutes: FastifyPluginAsyncZodOpenApi<BalancesRoutesOptions> = async (app, { balances }) => {
  const readIfKnown = async (program: ProgramContext, memberId: string, consistency: Consistency): Promise<Balance | null> => {
    try {
      return await balances.read(program, memberId, { consistency });
    } catch (error) {
      if (error instanceof LoyaltyError && error.code === "member_not_found") return null;
      throw error;
    }
  };

  app.post(
    "/v1/balances",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "getBalances",
        tag: "ledger",
        summary: "Read many balances",
        description:
          "What up to 500 members have in each wallet now, each as `getBalance` says it, in the order in which they are asked for. Who is unknown has none.",
        body: BalancesRequest,
        response: { 200: BalancesSchema },
      }),
    },
    async ({ body: { memberIds, consistency }, program }) => ({
      data: await Promise.all(
        memberIds.map(async (memberId) => ({ memberId, balance: await readIfKnown(program, memberId, consistency) })),
      ),
    }),
  );
};
