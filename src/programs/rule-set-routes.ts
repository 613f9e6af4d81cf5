import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import { etagOf, versionDemanded } from "../http/etag.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, Page, pageFrom } from "../http/page.ts";
import { cancelRuleSet } from "./cancel.ts";
import { parseProgram } from "./compile.ts";
import { diffPrograms } from "./diff.ts";
import { publish } from "./publish.ts";
import type { ProgramRoutesOptions } from "./routes.ts";
import {
  PublishedProgram,
  PublishHeaders,
  PublishQuery,
  RuleSet,
  RuleSetDiff,
  RuleSetHead,
  RuleSetPage,
  RuleSetParams,
  VersionInRequest,
} from "./schemas.ts";
import { listRuleSets, type RuleSetHead as RuleSetHeadRow, readTimeline, requireRuleSet } from "./store.ts";
import { headView, publishedView, ruleSetView } from "./views.ts";

/** Published versions: to read, to compare, and to publish again. */
export const ruleSetRoutes: FastifyPluginAsyncZodOpenApi<ProgramRoutesOptions> = async (app, { pool, registry, clock }) => {
  app.get(
    "/v1/rule-sets",
    {
      config: { scope: "program:read" },
      schema: operation({
        operationId: "listRuleSets",
        tag: "program",
        summary: "Published versions",
        description: "All versions of the program, highest number first, with what is scheduled and what was cancelled.",
        querystring: Page,
        response: { 200: RuleSetPage },
      }),
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const before = decodeCursor(z.int().positive(), cursor);
      const at = clock();
      const timeline = await readTimeline(pool, request.program.programId);
      const rows = await listRuleSets(pool, request.program.programId, { before, limit: limit + 1 });
      const view = (head: RuleSetHeadRow) => headView(head, timeline, at);
      return pageFrom(rows, limit, view, ({ version }) => version);
    },
  );

  app.get(
    "/v1/rule-sets/:version",
    {
      config: { scope: "program:read" },
      schema: operation({
        operationId: "getRuleSet",
        tag: "program",
        summary: "One published version",
        description: "The definition as it was published. It never changes.",
        params: RuleSetParams,
        response: { 200: RuleSet },
        problems: ["rule_set_not_found"],
      }),
    },
    async ({ program, params }) => {
      const timeline = await readTimeline(pool, program.programId);
      return ruleSetView(program.id, await requireRuleSet(pool, program.programId, params.version), timeline, clock());
    },
  );

  app.get(
    "/v1/rule-sets/:version/diff",
    {
      config: { scope: "program:read" },
      schema: operation({
        operationId: "diffRuleSets",
        tag: "program",
        summary: "What is different between two versions",
        description: "In words, from the version in the path to the one in `to`, whichever is newer.",
        params: RuleSetParams,
        querystring: z.strictObject({ to: VersionInRequest.meta({ description: "Number of the other version", example: 7 }) }),
        response: { 200: RuleSetDiff },
        problems: ["rule_set_not_found"],
      }),
    },
    async ({ program, params, query }) => {
      const before = await requireRuleSet(pool, program.programId, params.version);
      const after = await requireRuleSet(pool, program.programId, query.to);
      return { program: program.id, from: before.version, to: after.version, changes: diffPrograms(before.definition, after.definition) };
    },
  );

  app.delete(
    "/v1/rule-sets/:version",
    {
      config: { scope: "program:write" },
      schema: operation({
        operationId: "cancelRuleSet",
        tag: "program",
        summary: "Cancel a scheduled version",
        description: `A version that is still to come will not come into force. Its number stays used, and it can still be read. Cancelled
again, nothing changes; one that is or was in force is refused: publish a former version instead.`,
        params: RuleSetParams,
        response: { 200: RuleSetHead },
        problems: ["rule_set_not_found", "rule_set_not_scheduled"],
      }),
    },
    async ({ program: { programId }, actor, params: { version } }) => {
      const now = clock();
      const head = await cancelRuleSet(pool, programId, { version, now, by: actor.keyId });
      registry.changed(programId);
      return headView(head, await readTimeline(pool, programId), now);
    },
  );

  app.post(
    "/v1/rule-sets/:version/publish",
    {
      config: { scope: "program:write" },
      schema: operation({
        operationId: "publishRuleSet",
        tag: "program",
        summary: "Publish a former version again",
        description: `Publishes the definition of this version as the next one: a roll-back is a new number, and no version is ever changed. It is
checked like any definition, with its test cases; one without a wallet that was added since is refused, since members may hold its
points. The definition in force again changes nothing. \`at\` and \`If-Match\` work as in \`PUT /v1/program\`.`,
        headers: PublishHeaders,
        params: RuleSetParams,
        querystring: PublishQuery,
        response: { 200: PublishedProgram },
        problems: ["rule_set_not_found", "program_invalid", "etag_mismatch"],
      }),
    },
    async ({ program, actor, params, query, headers }, reply) => {
      const { definition } = await requireRuleSet(pool, program.programId, params.version);
      const published = await publish(pool, program, {
        // A version of an older service is checked by what this one knows.
        definition: parseProgram(definition),
        publishedBy: actor.keyId,
        publishedAt: clock(),
        expectedVersion: versionDemanded(headers["if-match"]),
        dryRun: query.dryRun,
        members: query.members,
        effectiveAt: query.at === undefined ? undefined : new Date(query.at),
      });
      if (published.applied) registry.changed(published.programId);
      return reply.header("etag", etagOf(published.inForce)).send(publishedView(program.id, published));
    },
  );
};
