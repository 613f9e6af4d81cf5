import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import { canonicalHash } from "../core/canonical.ts";
import { inProgram } from "../db/transaction.ts";
import type { Engine } from "../engine/commands.ts";
import { answerOf, createdStatus } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, pageFrom } from "../http/page.ts";
import { type StoredHold, toHold } from "../ledger/hold-rows.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { MemberParams } from "../members/schemas.ts";
import { findMemberRef } from "../members/store.ts";
import type { ResolveHold } from "./commands.ts";
import { holdView } from "./hold-view.ts";
import { CaptureHoldBody, HoldPage, HoldParams, HoldSchema, HoldsQuery, HoldWithBalanceSchema, OpenHoldBody } from "./schemas.ts";
import { findHold, listHolds } from "./store.ts";

const Position = z.strictObject({ at: z.iso.datetime(), id: z.string() });

export const holdRoutes: FastifyPluginAsyncZodOpenApi<{ engine: Engine; reads: ReadDeps }> = async (app, { engine, reads }) => {
  app.post(
    "/v1/members/:memberId/holds",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "openHold",
        tag: "points",
        summary: "Reserve points",
        description: `Reserves points for a while, those first that expire first: nothing else can spend them. Then capture all or a part, release
them, or let the time run out. With \`upTo\` it reserves what there is of so many points, and is refused only where there is none.
Held points do not expire; those whose date has passed are gone when they are released.`,
        params: MemberParams,
        body: OpenHoldBody,
        response: { 200: HoldWithBalanceSchema, 201: HoldWithBalanceSchema },
        problems: ["member_not_found", "member_not_active", "id_reused", "wallet_not_spendable", "insufficient_points", "queue_full"],
      }),
    },
    async ({ program, params: { memberId }, body }, reply) => {
      const { id: holdId, ...asked } = body;
      const hash = canonicalHash({ memberId, ...asked });
      const { result, replayed } = await engine.submit(program, { kind: "open_hold", memberId, holdId, hash, ...asked });
      return reply.code(createdStatus(reply, replayed)).send(result);
    },
  );

  const resolution = (
    action: ResolveHold["action"],
    asked: { memberId: string; holdId: string; points?: number | undefined },
  ): ResolveHold => ({
    kind: "resolve_hold",
    action,
    ...asked,
    hash: canonicalHash({ action, ...asked }),
  });

  app.post(
    "/v1/members/:memberId/holds/:holdId/capture",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "captureHold",
        tag: "points",
        summary: "Spend held points",
        description: `Spends all or a part of what is held, and frees the rest. Each hold is resolved once: the same request again answers
the first answer, another one \`hold_not_open\`, and after the hold's end \`hold_expired\`, whether a job has booked it or not.`,
        params: HoldParams,
        body: CaptureHoldBody,
        response: { 200: HoldWithBalanceSchema },
        problems: ["member_not_found", "hold_not_found", "hold_not_open", "hold_expired", "queue_full"],
      }),
    },
    async ({ program, params, body }, reply) => {
      return answerOf(reply, engine.submit(program, resolution("capture", { ...params, ...body })));
    },
  );

  app.post(
    "/v1/members/:memberId/holds/:holdId/release",
    {
      config: { scope: "points:write" },
      schema: operation({
        operationId: "releaseHold",
        tag: "points",
        summary: "Free held points",
        description: "Frees what is held: it is available again, in the lots it was in.",
        params: HoldParams,
        response: { 200: HoldWithBalanceSchema },
        problems: ["member_not_found", "hold_not_found", "hold_not_open", "hold_expired", "queue_full"],
      }),
    },
    async ({ program, params }, reply) => {
      return answerOf(reply, engine.submit(program, resolution("release", params)));
    },
  );

  /** How holds of a member are shown, by the wallets' names. */
  async function viewerOf(programId: number) {
    const { byNumber } = await reads.programs.walletNumbers(programId);
    const now = reads.now().getTime();
    return (memberId: string, row: StoredHold) => holdView(toHold(row), { memberId, wallet: byNumber.get(row.wallet) ?? "", now });
  }

  app.get(
    "/v1/members/:memberId/holds/:holdId",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "getHold",
        tag: "points",
        summary: "Read a hold",
        description: "What is held, until when, and how it was resolved.",
        params: HoldParams,
        response: { 200: HoldSchema },
        problems: ["member_not_found", "hold_not_found"],
      }),
    },
    async ({ program: { programId }, params: { memberId, holdId } }) => {
      const view = await viewerOf(programId);
      return inProgram(reads.pool, programId, async (tx) => {
        const { id, key } = await findMemberRef(tx, programId, memberId);
        return view(id, await findHold(tx, programId, key, holdId));
      });
    },
  );

  app.get(
    "/v1/members/:memberId/holds",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "listHolds",
        tag: "points",
        summary: "List a member's holds",
        description: "Newest first, all or those of one status.",
        params: MemberParams,
        querystring: HoldsQuery,
        response: { 200: HoldPage },
        problems: ["member_not_found"],
      }),
    },
    async ({ program: { programId }, params: { memberId }, query: { status, limit, cursor } }) => {
      const before = decodeCursor(Position, cursor);
      const view = await viewerOf(programId);
      const { id, rows } = await inProgram(reads.pool, programId, async (tx) => {
        const { id, key: memberKey } = await findMemberRef(tx, programId, memberId);
        return { id, rows: await listHolds(tx, programId, { memberKey, status, before, limit, now: reads.now().getTime() }) };
      });
      return pageFrom(
        rows,
        limit,
        (row) => view(id, row),
        (row) => ({ at: row.created_at.toISOString(), id: row.hold_id }),
      );
    },
  );
};
