import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type pg from "pg";
import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import { inProgram } from "../db/transaction.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, Page, pageFrom } from "../http/page.ts";
import { changeSegment, dropSegment, putSegment } from "./change-segments.ts";
import {
  ChangedSegmentSchema,
  ChangeSegmentBody,
  PutSegmentBody,
  SegmentMemberPage,
  SegmentPage,
  SegmentParams,
  SegmentSchema,
  SegmentsQuery,
} from "./schemas.ts";
import { findSegment, listSegmentMembers, listSegments, type SegmentRow } from "./store.ts";

const segmentView = (row: SegmentRow): z.output<typeof SegmentSchema> => ({
  id: row.segment_id,
  name: row.name,
  memberCount: row.member_count,
  createdAt: row.created_at.toISOString(),
  changedAt: row.changed_at.toISOString(),
});

export const segmentRoutes: FastifyPluginAsyncZodOpenApi<{ pool: pg.Pool; clock: Clock }> = async (app, { pool, clock }) => {
  app.put(
    "/v1/segments/:segmentId",
    {
      config: { scope: "members:write" },
      schema: operation({
        operationId: "putSegment",
        tag: "segments",
        summary: "Make or replace a segment",
        description: "Names a list of members and, with `memberIds`, says who is on it from now on. Whoever stays keeps their `since`.",
        params: SegmentParams,
        body: PutSegmentBody,
        response: { 200: SegmentSchema },
        problems: ["members_unknown"],
      }),
    },
    async ({ program, params, body }) => segmentView(await putSegment(pool, program, { ...params, ...body }, clock())),
  );

  app.post(
    "/v1/segments/:segmentId/members",
    {
      config: { scope: "members:write" },
      schema: operation({
        operationId: "changeSegmentMembers",
        tag: "segments",
        summary: "Add and remove members of a segment",
        description: "All of it or, where an id is unknown, nothing. Sent again it changes nothing.",
        params: SegmentParams,
        body: ChangeSegmentBody,
        response: { 200: ChangedSegmentSchema },
        problems: ["segment_not_found", "members_unknown"],
      }),
    },
    async ({ program, params, body }) => {
      const { segment, ...counts } = await changeSegment(pool, program, { ...params, ...body }, clock());
      return { segment: segmentView(segment), ...counts };
    },
  );

  app.get(
    "/v1/segments",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "listSegments",
        tag: "segments",
        summary: "List segments",
        description: "By their ids, each with how many members are on it.",
        querystring: SegmentsQuery,
        response: { 200: SegmentPage },
      }),
    },
    async ({ program: { programId }, query: { limit, cursor } }) => {
      const after = decodeCursor(z.string(), cursor) ?? "";
      const rows = await inProgram(pool, programId, (tx) => listSegments(tx, programId, { after, limit: limit + 1 }));
      return pageFrom(rows, limit, segmentView, ({ segment_id }) => segment_id);
    },
  );

  app.get(
    "/v1/segments/:segmentId",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "getSegment",
        tag: "segments",
        summary: "Read a segment",
        description: "Its name and how many members are on it.",
        params: SegmentParams,
        response: { 200: SegmentSchema },
        problems: ["segment_not_found"],
      }),
    },
    async ({ program: { programId }, params }) =>
      segmentView(await inProgram(pool, programId, (tx) => findSegment(tx, programId, params.segmentId))),
  );

  app.get(
    "/v1/segments/:segmentId/members",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "listSegmentMembers",
        tag: "segments",
        summary: "List the members of a segment",
        description: "In the order in which they joined the program.",
        params: SegmentParams,
        querystring: Page,
        response: { 200: SegmentMemberPage },
        problems: ["segment_not_found"],
      }),
    },
    async ({ program: { programId }, params: { segmentId }, query: { limit, cursor } }) => {
      const after = decodeCursor(z.int().nonnegative(), cursor) ?? 0;
      const rows = await inProgram(pool, programId, async (tx) => {
        await findSegment(tx, programId, segmentId);
        return listSegmentMembers(tx, programId, { segmentId, after, limit: limit + 1 });
      });
      return pageFrom(
        rows,
        limit,
        ({ id, since }) => ({ memberId: id, since: since.toISOString() }),
        ({ member_key }) => member_key,
      );
    },
  );

  app.delete(
    "/v1/segments/:segmentId",
    {
      config: { scope: "members:write" },
      schema: operation({
        operationId: "deleteSegment",
        tag: "segments",
        summary: "Delete a segment",
        description: "Takes everybody off the list and the list away. Rules that name it hold for nobody, and exclude nobody.",
        params: SegmentParams,
        response: { 204: { description: "The segment is gone" } },
        problems: ["segment_not_found"],
      }),
    },
    async ({ program, params }, reply) => {
      await dropSegment(pool, program, params.segmentId, clock());
      return reply.code(204).send();
    },
  );
};
