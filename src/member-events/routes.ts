import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import type { Engine } from "../engine/commands.ts";
import { createdStatus } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, pageFrom } from "../http/page.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import { MemberParams } from "../members/schemas.ts";
import { ExplanationSchema } from "../orders/trace-schemas.ts";
import { EventPage, EventParams, EventSchema, EventsQuery, RecordEventBody, RecordEventQuery } from "./schemas.ts";
import { toRecordEvent } from "./to-command.ts";
import { readEvent, readEventExplanation, readEvents } from "./views.ts";

export type EventRoutesOptions = { engine: Engine; reads: ReadDeps };

/** Where a page of events ends. */
const Position = z.strictObject({ occurredAt: z.iso.datetime(), eventId: z.string() });

export const eventRoutes: FastifyPluginAsyncZodOpenApi<EventRoutesOptions> = async (app, { engine, reads }) => {
  app.post(
    "/v1/events",
    {
      config: { scope: "events:write" },
      schema: operation({
        operationId: "recordEvent",
        tag: "events",
        summary: "Record an event",
        description: `Decides by the rules on its type what a member gets for something that happened, and counts it for tiers. The program declares the
types and what their data looks like. Where the program says so, an unknown member is enrolled.`,
        querystring: RecordEventQuery,
        body: RecordEventBody,
        response: { 200: EventSchema, 201: EventSchema },
        problems: [
          "id_reused",
          "member_not_found",
          "member_not_active",
          "occurred_in_future",
          "event_type_unknown",
          "event_data_invalid",
          "amount_out_of_range",
          "queue_full",
        ],
      }),
    },
    async (request, reply) => {
      const { dryRun, explain } = request.query;
      const { result, replayed, explain: explainDecision } = await engine.submit(request.program, toRecordEvent(request.body), { dryRun });
      const status = dryRun ? 200 : createdStatus(reply, replayed);
      if (!explain) return reply.code(status).send(result);
      // A replay decides nothing: what the rules said stands with the event.
      const rules = explainDecision?.() ?? (await readEventExplanation(reads, request.program, result.id)).rules;
      return reply.code(status).send({ ...result, explanation: rules });
    },
  );

  app.get(
    "/v1/events/:eventId",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "getEvent",
        tag: "events",
        summary: "Read an event",
        description: "The event with its points as they stand. Tier and balance are those that it left.",
        params: EventParams,
        response: { 200: EventSchema },
        problems: ["event_not_found"],
      }),
    },
    async (request) => readEvent(reads, request.program, request.params.eventId),
  );

  app.get(
    "/v1/events/:eventId/explanation",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "explainEvent",
        tag: "events",
        summary: "Explain an event",
        description: "What each rule on the event's type said: matched, or which part of its condition failed on which values.",
        params: EventParams,
        response: { 200: ExplanationSchema },
        problems: ["event_not_found"],
      }),
    },
    async (request) => readEventExplanation(reads, request.program, request.params.eventId),
  );

  app.get(
    "/v1/members/:memberId/events",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "listMemberEvents",
        tag: "events",
        summary: "List a member's events",
        description: "Newest first.",
        params: MemberParams,
        querystring: EventsQuery,
        response: { 200: EventPage },
        problems: ["member_not_found"],
      }),
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const { memberId } = request.params;
      const found = await readEvents(reads, request.program, { memberId, before: decodeCursor(Position, cursor), limit });
      return pageFrom(
        found,
        limit,
        ({ event }) => event,
        ({ position }) => position,
      );
    },
  );
};
