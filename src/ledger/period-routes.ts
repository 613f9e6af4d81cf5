import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import { prefers } from "../http/accepts.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, pageFrom } from "../http/page.ts";
import { MemberParams } from "../members/schemas.ts";
import {
  ExpiringMemberPage,
  ExpiringMembersQuery,
  ExpiringQuery,
  ExpiringSchema,
  StatementCsv,
  StatementParams,
  StatementQuery,
  StatementSchema,
} from "./period-schemas.ts";
import type { ReadDeps } from "./read-deps.ts";
import { readExpiring, readExpiringMembers } from "./read-expiring.ts";
import { readStatement } from "./read-statement.ts";
import { statementCsv } from "./statement-csv.ts";

const CSV = "text/csv";

/** Where a page of members with expiring points ends. */
const Position = z.strictObject({ memberKey: z.int(), wallet: z.int().min(0).max(32_767) });

/** What happened to points in a month, and what will happen to them soon. */
export const periodRoutes: FastifyPluginAsyncZodOpenApi<{ reads: ReadDeps; reports: ReadDeps }> = async (app, { reads, reports }) => {
  app.get(
    "/v1/members/:memberId/statements/:month",
    {
      config: { scope: "members:read", isReport: true },
      schema: operation({
        operationId: "getStatement",
        tag: "ledger",
        summary: "Read a member's statement of a month",
        description: `What each account of each wallet held when the month began and when it ended in the program's zone, and every movement between, by
when it happened. A month closes with what the next one opens with. Points of an order that was recorded when their wait was over were available at once. As JSON, or as CSV with \`Accept: text/csv\` or \`?format=csv\`.`,
        params: StatementParams,
        querystring: StatementQuery,
        response: {
          200: {
            description: "The statement",
            content: { "application/json": { schema: StatementSchema }, [CSV]: { schema: StatementCsv } },
          },
        },
        problems: ["member_not_found"],
      }),
    },
    async (request, reply) => {
      const { memberId, month } = request.params;
      const { format } = request.query;
      const statement = await readStatement(reports, request.program, memberId, month);
      const isCsv = format === undefined ? prefers(CSV, request.headers.accept) : format === "csv";
      reply.header("vary", "accept");
      if (!isCsv) return reply.type("application/json; charset=utf-8").send(statement);
      return reply.type(`${CSV}; charset=utf-8; header=present`).serializer(String).send(statementCsv(statement));
    },
  );

  app.get(
    "/v1/members/:memberId/expiring",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "getExpiringPoints",
        tag: "ledger",
        summary: "Read what of a member's points expires soon",
        description: "The points of each wallet that expire within the next days unless they are used before, and when.",
        params: MemberParams,
        querystring: ExpiringQuery,
        response: { 200: ExpiringSchema },
        problems: ["member_not_found"],
      }),
    },
    async (request) => readExpiring(reads, request.program, request.params.memberId, request.query.within),
  );

  app.get(
    "/v1/expiring-points",
    {
      config: { scope: "members:read", isReport: true },
      schema: operation({
        operationId: "listExpiringPoints",
        tag: "ledger",
        summary: "List members whose points expire soon",
        description: "Each member and wallet with points that expire within the next days, in the order in which the members joined.",
        querystring: ExpiringMembersQuery,
        response: { 200: ExpiringMemberPage },
      }),
    },
    async (request) => {
      const { within, wallet, limit, cursor } = request.query;
      const rows = await readExpiringMembers(reports, request.program, { within, wallet, after: decodeCursor(Position, cursor), limit });
      return pageFrom(
        rows,
        limit,
        ({ view }) => view,
        ({ position }) => position,
      );
    },
  );
};
