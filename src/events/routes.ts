import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type pg from "pg";
import { operation } from "../http/operation.ts";
import type { FeedSignal } from "./feed-signal.ts";
import { readFeed, readFeedEvent } from "./read-feed.ts";
import { eventView, FeedEventParams, FeedEventSchema, FeedPageSchema, FeedQuerySchema, feedView } from "./schemas.ts";

/** Another process may have numbered events: who waits looks for themselves this often. */
const LOOK_EVERY_MS = 1_000;

export const feedRoutes: FastifyPluginAsyncZodOpenApi<{ pool: pg.Pool; signal: FeedSignal }> = async (app, { pool, signal }) => {
  app.addHook("preClose", async () => signal.end());

  app.get(
    "/v1/events/feed",
    {
      config: { scope: "events:read" },
      schema: operation({
        operationId: "readFeed",
        tag: "feed",
        summary: "Read what has changed",
        description: `Every change of the program in one order, from the position \`after\` on; a member's changes in the order in which they were made.
What has been read once never changes and nothing is put in before it. Keep \`nextCursor\` when you have dealt with the page, and go on from there.
With \`wait\` an answer without events is held back until there is one. \`types\` may leave a page empty while \`hasMore\` is true.`,
        querystring: FeedQuerySchema,
        response: { 200: FeedPageSchema },
      }),
    },
    async (request, reply) => {
      const { after, limit, types, wait } = request.query;
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      const until = performance.now() + wait * 1_000;
      for (;;) {
        const page = await readFeed(pool, request.program, { after, limit, types: types ?? null });
        const left = until - performance.now();
        const isWorthWaiting = page.events.length === 0 && !page.hasMore && left > 0 && signal.hasRoom && !gone.signal.aborted;
        if (!isWorthWaiting) return feedView(page);
        await signal.wait(request.program.programId, Math.min(left, LOOK_EVERY_MS), gone.signal);
      }
    },
  );

  app.get(
    "/v1/feed-events/:feedEventId",
    {
      config: { scope: "events:read" },
      schema: operation({
        operationId: "getFeedEvent",
        tag: "feed",
        summary: "Read an event of the feed",
        description:
          "One event as the feed has it, by its id. What was committed just now is not found before it has its place in the feed.",
        params: FeedEventParams,
        response: { 200: FeedEventSchema },
        problems: ["event_not_found"],
      }),
    },
    async ({ program, params }) => eventView(await readFeedEvent(pool, program, params.feedEventId)),
  );
};
