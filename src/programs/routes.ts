import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type pg from "pg";
import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import { LoyaltyError, refuseField } from "../core/errors.ts";
import { etagOf, namesTag, versionDemanded } from "../http/etag.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, Page, pageFrom } from "../http/page.ts";
import { EntityTag } from "../http/types.ts";
import { bodyUnchecked } from "../http/validation.ts";
import { parseProgram } from "./compile.ts";
import { ProgramDefinition } from "./definition.ts";
import { publish } from "./publish.ts";
import type { ProgramRegistry } from "./registry.ts";
import { ProgramPage, PublishedProgram, PublishHeaders, PublishQuery, RuleSet } from "./schemas.ts";
import { listPrograms, readTimeline, requireRuleSet } from "./store.ts";
import { versionAt } from "./timeline.ts";
import { publishedView, ruleSetView } from "./views.ts";

export type ProgramRoutesOptions = { pool: pg.Pool; registry: ProgramRegistry; clock: Clock };

export const programRoutes: FastifyPluginAsyncZodOpenApi<ProgramRoutesOptions> = async (app, { pool, registry, clock }) => {
  app.put(
    "/v1/program",
    {
      config: { scope: "program:write", newProgram: true },
      // A definition has its own refusal: what breaks its schema and what does not compile are answered alike.
      validatorCompiler: bodyUnchecked,
      schema: operation({
        operationId: "putProgram",
        tag: "program",
        summary: "Publish the program",
        description: `Publishes the definition as the next version and puts it in force at once, or at the time \`at\`; the definition that is in force then already changes nothing.
Versions that are scheduled stay so, and the answer lists them. A version follows the one before it and leads to those after it: one
that lacks a wallet of the former, or has one that a scheduled version lacks, is refused.
With the root key, \`Loyalty-Program\` may name a program that does not exist yet: it is created. \`If-Match\` with the entity tag of the
version that you have seen refuses to overwrite a newer one. Wallets are never dropped, and the first one never changes. The
definition's test cases run first: when one fails, nothing is published, and each expectation that it did not get is answered.`,
        headers: PublishHeaders,
        querystring: PublishQuery,
        body: ProgramDefinition,
        response: { 200: PublishedProgram },
        problems: ["program_invalid", "etag_mismatch"],
      }),
    },
    async (request, reply) => {
      const { program, actor, query } = request;
      const definition = parseProgram(request.body);
      if (definition.id !== program.id) throw refuseField("program_invalid", "/id", `This request is of the program "${program.id}"`);

      const published = await publish(pool, program, {
        definition,
        publishedBy: actor.keyId,
        publishedAt: clock(),
        expectedVersion: versionDemanded(request.headers["if-match"]),
        dryRun: query.dryRun,
        members: query.members,
        effectiveAt: query.at === undefined ? undefined : new Date(query.at),
      });
      // Known here at once; other processes learn of it within a second, or with the first write.
      if (published.applied) registry.changed(published.programId);
      return reply.header("etag", etagOf(published.inForce)).send(publishedView(program.id, published));
    },
  );

  app.get(
    "/v1/program",
    {
      config: { scope: "program:read" },
      schema: operation({
        operationId: "getProgram",
        tag: "program",
        summary: "The program in force",
        description: "The version that decides now, with its definition. Its number is the entity tag.",
        headers: z.looseObject({
          "if-none-match": EntityTag.optional().meta({ description: "Entity tags that you have: 304 when one is in force" }),
        }),
        response: { 200: RuleSet, 304: { description: "The version that you have is in force" } },
      }),
    },
    async (request, reply) => {
      const { programId, id } = request.program;
      const at = clock();
      const timeline = await readTimeline(pool, programId);
      const version = versionAt(timeline, at);
      if (version === null) throw new LoyaltyError("program_not_found");
      const etag = etagOf(version);
      reply.header("etag", etag);
      if (namesTag(request.headers["if-none-match"], etag)) return reply.code(304).send();
      return reply.send(ruleSetView(id, await requireRuleSet(pool, programId, version), timeline, at));
    },
  );

  app.get(
    "/v1/programs",
    {
      config: { scope: "root" },
      schema: operation({
        operationId: "listPrograms",
        tag: "program",
        summary: "All programs of this service",
        description: "In order of their ids. Needs the root key, and no `Loyalty-Program`.",
        querystring: Page,
        response: { 200: ProgramPage },
      }),
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const after = decodeCursor(z.string().min(1), cursor);
      const rows = await listPrograms(pool, { at: clock(), after, limit: limit + 1 });
      const view = ({ id, version, createdAt }: (typeof rows)[number]) => ({ id, version, createdAt: createdAt.toISOString() });
      return pageFrom(rows, limit, view, ({ id }) => id);
    },
  );
};
