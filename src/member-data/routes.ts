import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type pg from "pg";
import { z } from "zod";
import { camelCaseKeys } from "../core/camel-case.ts";
import { inProgram } from "../db/transaction.ts";
import { NDJSON, toLines } from "../http/ndjson.ts";
import { operation } from "../http/operation.ts";
import { MemberParams } from "../members/schemas.ts";
import { findMemberKey } from "../members/store.ts";
import { readMemberData } from "./read-member-data.ts";

const MemberDataLine = z
  .looseObject({
    record: z.string().meta({ description: "What the record is; `end` with the number of `records` is the last one", example: "profile" }),
  })
  .meta({
    id: "MemberDataLine",
    description: "A record of a member under the names by which it is stored",
    example: { record: "profile", displayName: "Ada", email: "ada@example.com", phone: null, birthDate: "1990-06-10", attributes: {} },
  });

async function* views(records: ReturnType<typeof readMemberData>): AsyncGenerator<Record<string, unknown>> {
  let count = 0;
  for await (const page of records) {
    for (const { kind, row } of page) yield { record: kind, ...camelCaseKeys(row) };
    count += page.length;
  }
  yield { record: "end", records: count };
}

/** A stream: the answer is not the value that its schema describes, but lines of it. */
export async function memberDataRoutes(app: FastifyInstance, { pool }: { pool: pg.Pool }): Promise<void> {
  app.get<{ Params: z.output<typeof MemberParams> }>(
    "/v1/members/:memberId/data",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "exportMemberData",
        tag: "members",
        summary: "Export all that is kept of a member",
        description: `Every record of the member, and of whom was merged into them, as newline-delimited JSON: profile, accounts, lots, entries, orders, returns,
events, tiers, coupons, redemptions, holds, lists, households, answers that are kept, changes by hand. All of one moment, streamed. The last line is
\`end\` and counts the records; a file without it broke off.`,
        params: MemberParams,
        response: { 200: { description: "The records", content: { [NDJSON]: { schema: MemberDataLine } } } },
        problems: ["member_not_found"],
      }),
    },
    async ({ program: { programId }, params: { memberId } }, reply) => {
      const memberKey = await inProgram(pool, programId, (tx) => findMemberKey(tx, programId, memberId));
      return reply.type(NDJSON).send(Readable.from(toLines(views(readMemberData(pool, programId, memberKey)))));
    },
  );
}
