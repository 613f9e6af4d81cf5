import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import { endOfTurn } from "../event-loop/end-of-turn.ts";
import { namesTag } from "../http/etag.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, pageFrom } from "../http/page.ts";
import { EntityTag } from "../http/types.ts";
import { MemberParams } from "../members/schemas.ts";
import type { BalanceReader } from "./read-balance.ts";
import { readBalanceAsOf } from "./read-balance-as-of.ts";
import type { ReadDeps } from "./read-deps.ts";
import { BalanceQuery, BalanceSchema, EntriesQuery, EntryPage, LotPage, LotsQuery } from "./schemas.ts";
import { type Numbered, readEntries, readLots } from "./views.ts";
import { WrittenBalance } from "./written-balance.ts";

export type LedgerRoutesOptions = { balances: BalanceReader; reads: ReadDeps };

/** Where a page of a ledger ends: the sequence number of its last row. */
export const Position = z.int().positive();

export const pageOfLedger = <View>(rows: Numbered<View>[], limit: number) =>
  pageFrom(
    rows,
    limit,
    ({ view }) => view,
    ({ seq }) => seq,
  );

export const ledgerRoutes: FastifyPluginAsyncZodOpenApi<LedgerRoutesOptions> = async (app, { balances, reads }) => {
  app.get(
    "/v1/members/:memberId/balance",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "getBalance",
        tag: "ledger",
        summary: "Read a balance",
        description:
          "What a member has in each wallet, now or at a moment of the past: `asOf` by when things happened, `knownAt` by when they were recorded. The entity tag stays until the balance changes.",
        params: MemberParams,
        querystring: BalanceQuery,
        headers: z.looseObject({
          "if-none-match": EntityTag.optional().meta({ description: "Entity tags of balances that you have: 304 where one still holds" }),
        }),
        response: { 200: BalanceSchema, 304: { description: "The balance that you have still holds" } },
        problems: ["member_not_found"],
      }),
    },
    (request, reply) => {
      const { consistency, ...moment } = request.query;
      const { memberId } = request.params;
      const isPast = moment.asOf !== undefined || moment.knownAt !== undefined;
      const found = isPast
        ? readBalanceAsOf(reads, request.program, memberId, moment).then(WrittenBalance.of)
        : balances.read(request.program, memberId, { consistency });
      const answer = (balance: WrittenBalance) => {
        const { etag } = balance;
        reply.header("etag", etag);
        return namesTag(request.headers["if-none-match"], etag) ? reply.code(304).send() : balance;
      };
      return found instanceof Promise ? found.then(answer) : endOfTurn().then(() => answer(found));
    },
  );

  app.get(
    "/v1/members/:memberId/entries",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "listEntries",
        tag: "ledger",
        summary: "List a member's ledger",
        description:
          "Every movement of the member's points, newest first, each with what caused it and what was available after it; by wallet, kind, time or order.",
        params: MemberParams,
        querystring: EntriesQuery,
        response: { 200: EntryPage },
        problems: ["member_not_found"],
      }),
    },
    async (request) => {
      const { cursor, ...query } = request.query;
      const before = decodeCursor(Position, cursor);
      return pageOfLedger(await readEntries(reads, request.program, request.params.memberId, { ...query, before }), query.limit);
    },
  );

  app.get(
    "/v1/members/:memberId/lots",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "listLots",
        tag: "ledger",
        summary: "List a member's lots",
        description:
          "The points of each accrual that are left, newest first, with when they become available and expire, and which rules gave them for what.",
        params: MemberParams,
        querystring: LotsQuery,
        response: { 200: LotPage },
        problems: ["member_not_found"],
      }),
    },
    async (request) => {
      const { wallet, limit, cursor, all } = request.query;
      const query = { wallet, before: decodeCursor(Position, cursor), limit, all };
      return pageOfLedger(await readLots(reads, request.program, request.params.memberId, query), limit);
    },
  );
};
