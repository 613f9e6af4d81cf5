import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { canonicalHash } from "../core/canonical.ts";
import { inProgram } from "../db/transaction.ts";
import type { Engine } from "../engine/commands.ts";
import { answerOf, createdStatus } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor } from "../http/page.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { Position, pageOfLedger } from "../ledger/routes.ts";
import { EntriesQuery, EntryPage } from "../ledger/schemas.ts";
import { readEntriesOf } from "../ledger/views.ts";
import { MergeMembersBody, MergeParams, MergeSchema, UndoMergeBody, UnmergeSchema } from "./schemas.ts";
import { findMerge, findMergedKey } from "./store.ts";

export const mergeRoutes: FastifyPluginAsyncZodOpenApi<{ engine: Engine; reads: ReadDeps }> = async (app, { engine, reads }) => {
  const { pool } = reads;

  app.post(
    "/v1/merges",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "mergeMembers",
        tag: "members",
        summary: "Make one member of two",
        description: `Everything of the source goes to the target: points with their lots, debts, totals, orders, events, coupons, redemptions, lists and
what limits have counted. The target has the higher tier of the two and keeps what their own profile says. From then on the id of the
source is an alias: whatever is asked or done under it is the target's, and answers name the target. \`merge_conflict\` says why not:
\`merged_already\`, \`in_a_pool\` (either of them), \`open_holds\` or \`open_redemptions\` (of the source). Undo a wrong merge soon.`,
        body: MergeMembersBody,
        response: { 200: MergeSchema, 201: MergeSchema },
        problems: ["member_not_found", "member_not_active", "id_reused", "merge_conflict", "amount_out_of_range", "queue_full"],
      }),
    },
    async ({ program, body: { id, into, ...asked } }, reply) => {
      const hash = canonicalHash({ into, ...asked });
      const command = { kind: "merge_members", memberId: into, mergeId: id, hash, ...asked } as const;
      const { result, replayed } = await engine.submit(program, command);
      return reply.code(createdStatus(reply, replayed)).send(result);
    },
  );

  app.get(
    "/v1/merges/:mergeId",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "getMerge",
        tag: "members",
        summary: "Read a merge",
        description: "As it was answered, and whether it was undone since.",
        params: MergeParams,
        response: { 200: MergeSchema },
        problems: ["merge_not_found"],
      }),
    },
    async ({ program: { programId }, params }) => inProgram(pool, programId, (tx) => findMerge(tx, programId, params.mergeId)),
  );

  app.get(
    "/v1/merges/:mergeId/entries",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "listMergedEntries",
        tag: "members",
        summary: "List the ledger of who was merged",
        description:
          "The movements of the source's points, newest first, until they went to the target: under the source's id answers the target's ledger.",
        params: MergeParams,
        querystring: EntriesQuery,
        response: { 200: EntryPage },
        problems: ["merge_not_found"],
      }),
    },
    async ({ program, params: { mergeId }, query: { cursor, ...query } }) => {
      const before = decodeCursor(Position, cursor);
      const rows = await readEntriesOf(reads, program, (tx) => findMergedKey(tx, program.programId, mergeId), { ...query, before });
      return pageOfLedger(rows, query.limit);
    },
  );

  app.post(
    "/v1/merges/:mergeId/undo",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "undoMerge",
        tag: "members",
        summary: "Undo a merge",
        description: `The source is a member of their own again, with all that was theirs: lots, debts, orders, coupons, tier, counts. What the target did
on their own account since stays with the target. \`unmerge_conflict\` says what has changed since and keeps the merge: \`merged_further\`,
\`points_changed\` (spent, held, taken back, expired), \`debt_paid\` (by the merge), \`debt_changed\`, \`orders_changed\`, \`coupons_changed\`,
\`redemptions_changed\` or \`tier_changed\`. Sent again it answers the same; a merge is undone once, and another merge takes another id.`,
        params: MergeParams,
        body: UndoMergeBody,
        response: { 200: UnmergeSchema },
        problems: ["merge_not_found", "member_not_active", "id_reused", "unmerge_conflict", "queue_full"],
      }),
    },
    async ({ program, params: { mergeId }, body }, reply) => {
      const { from, into } = await inProgram(pool, program.programId, (tx) => findMerge(tx, program.programId, mergeId));
      const command = { kind: "unmerge_members", memberId: into, from, mergeId, hash: canonicalHash(body), ...body } as const;
      return answerOf(reply, engine.submit(program, command));
    },
  );
};
