import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import type { Engine } from "../engine/commands.ts";
import { createdStatus } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, pageFrom } from "../http/page.ts";
import { EnrolMemberBody, MemberPage, MemberParams, MemberSchema, MembersQuery, UpdateMemberBody } from "./schemas.ts";
import { toEnrolMember, toUpdateMember } from "./to-command.ts";
import { type MemberReads, readMember, readMembers } from "./views.ts";

export type MemberRoutesOptions = { engine: Engine; reads: MemberReads };

/** Where a page of members ends: the internal key of its last one. */
const Position = z.int().nonnegative();

export const memberRoutes: FastifyPluginAsyncZodOpenApi<MemberRoutesOptions> = async (app, { engine, reads }) => {
  app.post(
    "/v1/members",
    {
      config: { scope: "members:write" },
      schema: operation({
        operationId: "enrolMember",
        tag: "members",
        summary: "Enrol a member",
        description: "Enrols a person in the first tier. Of a member whom an order has enrolled it fills in what is missing.",
        body: EnrolMemberBody,
        response: { 200: MemberSchema, 201: MemberSchema },
        problems: ["id_reused", "occurred_in_future", "queue_full"],
      }),
    },
    async (request, reply) => {
      const { result, replayed } = await engine.submit(request.program, toEnrolMember(request.body));
      return reply.code(createdStatus(reply, replayed)).send(result);
    },
  );

  app.get(
    "/v1/members/:memberId",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "getMember",
        tag: "members",
        summary: "Read a member",
        description: "Profile, tier and wallets of a member, as they are now.",
        params: MemberParams,
        response: { 200: MemberSchema },
        problems: ["member_not_found"],
      }),
    },
    async (request) => readMember(reads, request.program, request.params.memberId),
  );

  app.patch(
    "/v1/members/:memberId",
    {
      config: { scope: "members:write" },
      schema: operation({
        operationId: "updateMember",
        tag: "members",
        summary: "Change a member",
        description: "Changes profile or status. What is absent stays as it is, null clears a field, attributes are replaced name by name.",
        params: MemberParams,
        body: UpdateMemberBody,
        response: { 200: MemberSchema },
        problems: ["member_not_found", "member_not_active", "queue_full"],
      }),
    },
    async (request) => {
      const { result } = await engine.submit(request.program, toUpdateMember(request.params.memberId, request.body));
      return result;
    },
  );

  app.get(
    "/v1/members",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "listMembers",
        tag: "members",
        summary: "List members",
        description: "Members in the order in which they joined; by status or tier, or the one with an e-mail address or telephone number.",
        querystring: MembersQuery,
        response: { 200: MemberPage },
      }),
    },
    async (request) => {
      const { limit, cursor, ...filters } = request.query;
      const after = decodeCursor(Position, cursor) ?? 0;
      const found = await readMembers(reads, request.program, { filters, after, limit });
      return pageFrom(
        found,
        limit,
        ({ member }) => member,
        ({ key }) => key,
      );
    },
  );
};
