import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type pg from "pg";
import { operation } from "../http/operation.ts";
import type { FeedSignal } from "./feed-signal.ts";
import { readFeed } from "./read-feed.ts";
import { FeedPageSchema, FeedQuerySchema, feedView } from "./schemas.ts";

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
};
