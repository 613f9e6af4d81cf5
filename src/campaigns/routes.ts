import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type pg from "pg";
import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import { LoyaltyError } from "../core/errors.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, pageFrom } from "../http/page.ts";
import type { ProgramRegistry } from "../programs/registry.ts";
import { campaignsOf } from "./campaign.ts";
import { Campaign, CampaignPage, CampaignParams, CampaignQuery } from "./schemas.ts";
import { readBudgets } from "./views.ts";

export type CampaignRoutesOptions = { pool: pg.Pool; registry: ProgramRegistry; clock: Clock };

/** The rules of the version in force, for who runs campaigns. */
export const campaignRoutes: FastifyPluginAsyncZodOpenApi<CampaignRoutesOptions> = async (app, { pool, registry, clock }) => {
  app.get(
    "/v1/campaigns",
    {
      config: { scope: "program:read", isReport: true },
      schema: operation({
        operationId: "listCampaigns",
        tag: "program",
        summary: "Campaigns of the program",
        description: "All rules of the version in force, in order of their ids, with how each stands now and when it applies next.",
        querystring: CampaignQuery,
        response: { 200: CampaignPage },
      }),
    },
    async ({ program, query: { limit, cursor, state } }) => {
      const { definition } = await registry.current(program.programId);
      const now = clock();
      const after = decodeCursor(z.string().min(1), cursor) ?? "";
      const later = definition.rules.filter(({ id }) => id > after);
      const found = campaignsOf(definition, later, now).filter(({ campaign }) => state === undefined || campaign.state === state);
      const { programId } = program;
      return pageFrom(
        await readBudgets(pool, { programId, definition, now }, [...found.take(limit + 1)]),
        limit,
        (campaign) => campaign,
        ({ id }) => id,
      );
    },
  );

  app.get(
    "/v1/campaigns/:ruleId",
    {
      config: { scope: "program:read", isReport: true },
      schema: operation({
        operationId: "getCampaign",
        tag: "program",
        summary: "One campaign",
        description: "A rule of the version in force: how it stands now and when it applies next.",
        params: CampaignParams,
        response: { 200: Campaign },
        problems: ["campaign_not_found"],
      }),
    },
    async ({ program, params: { ruleId } }) => {
      const { definition } = await registry.current(program.programId);
      const now = clock();
      const asked = definition.rules.filter(({ id }) => id === ruleId);
      const { programId } = program;
      const [campaign] = await readBudgets(pool, { programId, definition, now }, [...campaignsOf(definition, asked, now)]);
      if (campaign === undefined) throw new LoyaltyError("campaign_not_found", { rule: ruleId });
      return campaign;
    },
  );
};
