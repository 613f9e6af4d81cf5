import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import { LoyaltyError } from "../core/errors.ts";
import { etagOf, versionDemanded } from "../http/etag.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, Page, pageFrom } from "../http/page.ts";
import { publish } from "../programs/publish.ts";
import type { ProgramRoutesOptions } from "../programs/routes.ts";
import { PublishedProgram, PublishQuery } from "../programs/schemas.ts";
import { publishedView } from "../programs/views.ts";
import { Draft, DraftContent, DraftHead, DraftHeaders, DraftPage, DraftParams, DraftValidation } from "./schemas.ts";
import { deleteDraft, listDrafts, putDraft, rememberValidation, requireDraft } from "./store.ts";
import { definitionOf, validateDraft } from "./validate-draft.ts";
import { draftHeadView, draftView } from "./views.ts";

/** Definitions that are being worked on: kept as they are, validated when asked, published when they are good. */
export const draftRoutes: FastifyPluginAsyncZodOpenApi<ProgramRoutesOptions> = async (app, { pool, registry, clock }) => {
  app.get(
    "/v1/drafts",
    {
      config: { scope: "program:read" },
      schema: operation({
        operationId: "listDrafts",
        tag: "program",
        summary: "Drafts of the program",
        description: "In order of their ids, without their content.",
        querystring: Page,
        response: { 200: DraftPage },
      }),
    },
    async ({ program, query: { limit, cursor } }) => {
      const rows = await listDrafts(pool, program.programId, { after: decodeCursor(z.string().min(1), cursor), limit: limit + 1 });
      return pageFrom(rows, limit, draftHeadView, ({ id }) => id);
    },
  );

  app.put(
    "/v1/drafts/:draftId",
    {
      config: { scope: "program:write" },
      schema: operation({
        operationId: "putDraft",
        tag: "program",
        summary: "Keep a draft",
        description: `Keeps the body as the draft's next revision: any JSON object, also one that could not be published. \`If-Match\` with the
entity tag of the revision that you have seen refuses to overwrite somebody else's.`,
        params: DraftParams,
        headers: DraftHeaders,
        body: DraftContent,
        response: { 200: DraftHead, 201: DraftHead },
        problems: ["etag_mismatch"],
      }),
    },
    async ({ program, actor, params, headers, body }, reply) => {
      const { draft, isNew } = await putDraft(pool, program.programId, {
        id: params.draftId,
        content: body,
        changedAt: clock(),
        changedBy: actor.keyId,
        expectedRevision: versionDemanded(headers["if-match"]),
      });
      return reply
        .code(isNew ? 201 : 200)
        .header("etag", etagOf(draft.revision))
        .send(draftHeadView(draft));
    },
  );

  app.get(
    "/v1/drafts/:draftId",
    {
      config: { scope: "program:read" },
      schema: operation({
        operationId: "getDraft",
        tag: "program",
        summary: "One draft",
        description: "With its content as it was sent. Its revision is the entity tag.",
        params: DraftParams,
        response: { 200: Draft },
        problems: ["draft_not_found"],
      }),
    },
    async ({ program, params }, reply) => {
      const draft = await requireDraft(pool, program.programId, params.draftId);
      return reply.header("etag", etagOf(draft.revision)).send(draftView(draft));
    },
  );

  app.delete(
    "/v1/drafts/:draftId",
    {
      config: { scope: "program:write" },
      schema: operation({
        operationId: "deleteDraft",
        tag: "program",
        summary: "Drop a draft",
        description: "Versions that were published from it stay.",
        params: DraftParams,
        headers: DraftHeaders,
        response: { 204: { description: "The draft is gone" } },
        problems: ["draft_not_found", "etag_mismatch"],
      }),
    },
    async ({ program, params, headers }, reply) => {
      await deleteDraft(pool, program.programId, params.draftId, versionDemanded(headers["if-match"]));
      return reply.code(204).send();
    },
  );

  app.post(
    "/v1/drafts/:draftId/validate",
    {
      config: { scope: "program:write" },
      schema: operation({
        operationId: "validateDraft",
        tag: "program",
        summary: "Validate a draft",
        description: `Checks all that publishing the draft now would check, runs its test cases, and says what it would change. Nothing is
published; the draft remembers when it was validated and against which version. The answer is 200 for a draft with errors too.`,
        params: DraftParams,
        response: { 200: DraftValidation },
        problems: ["draft_not_found"],
      }),
    },
    async ({ program, params }) => {
      const now = clock();
      const draft = await requireDraft(pool, program.programId, params.draftId);
      const validation = await validateDraft(pool, program, draft.content, now);
      await rememberValidation(pool, program.programId, draft, {
        validatedAt: now,
        validatedAgainst: validation.against,
        isValid: validation.valid,
      });
      return { id: draft.id, revision: draft.revision, ...validation, errors: [...validation.errors] };
    },
  );

  app.post(
    "/v1/drafts/:draftId/publish",
    {
      config: { scope: "program:write" },
      schema: operation({
        operationId: "publishDraft",
        tag: "program",
        summary: "Publish a draft",
        description: `Publishes the draft as the next version, at once or at the time \`at\`, as \`PUT /v1/program\` does with the same checks. \`If-Match\`
with the entity tag of the revision that you have validated refuses to publish another one. The draft stays.`,
        params: DraftParams,
        headers: DraftHeaders,
        querystring: PublishQuery,
        response: { 200: PublishedProgram },
        problems: ["draft_not_found", "program_invalid", "etag_mismatch"],
      }),
    },
    async ({ program, actor, params, query, headers }, reply) => {
      const draft = await requireDraft(pool, program.programId, params.draftId);
      const expected = versionDemanded(headers["if-match"]);
      if (expected !== undefined && expected !== draft.revision) throw new LoyaltyError("etag_mismatch", { version: draft.revision });
      const published = await publish(pool, program, {
        definition: definitionOf(program, draft.content),
        publishedBy: actor.keyId,
        publishedAt: clock(),
        dryRun: query.dryRun,
        members: query.members,
        effectiveAt: query.at === undefined ? undefined : new Date(query.at),
      });
      if (published.applied) registry.changed(published.programId);
      return reply.header("etag", etagOf(published.inForce)).send(publishedView(program.id, published));
    },
  );
};
