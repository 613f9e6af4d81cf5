import { z } from "zod";
import { Page } from "../http/page.ts";
import { CallerId, UtcInstant } from "../http/types.ts";
import { EVENT_TYPES, EVENT_VERSION } from "./catalogue.ts";
import { EVENT_ID_SHAPE } from "./event-id.ts";
import type { FeedEvent } from "./feed-store.ts";
import type { FeedPage } from "./read-feed.ts";

const WAIT_SECONDS_MAX = 30;
const TYPES_MAX = 100;

export const TypeName = z
  .string()
  .refine((type) => EVENT_TYPES.includes(type), "a type of event, such as points.accrued")
  .meta({ description: "A type of event; openapi/events has their schemas", example: "points.accrued" });

/** Types with commas between them, as a query has them. */
const TypeList = z
  .string()
  .transform((text) => text.split(","))
  .pipe(z.array(TypeName).max(TYPES_MAX))
  .meta({ description: "Types with commas between them; without it all", example: "points.accrued,tier.upgraded" });

const Cursor = z
  .string()
  .regex(/^\d{1,15}$/, "a `nextCursor` of this feed")
  .meta({ description: "A position in the feed", example: "1041" });

export const FeedQuerySchema = z.strictObject({
  after: Cursor.default("0")
    .transform(Number)
    .meta({ description: "`nextCursor` of the page before; 0 is the beginning", example: "1041" }),
  limit: Page.shape.limit,
  types: TypeList.optional(),
  wait: z.coerce
    .number({ error: `whole seconds from 0 to ${WAIT_SECONDS_MAX}` })
    .int()
    .min(0)
    .max(WAIT_SECONDS_MAX)
    .default(0)
    .meta({ description: "Seconds to wait for an event where there is none yet", example: 20 }),
});

export const FeedEventParams = z.strictObject({
  feedEventId: z
    .string()
    .regex(EVENT_ID_SHAPE, "the id of an event of the feed")
    .meta({ description: "Id of an event of the feed, or the `webhook-id` of its message", example: "evt_1f_12_0" }),
});

export const FeedEventSchema = z
  .strictObject({
    id: z.string().meta({ description: "Made by the engine, the same for good; also the `webhook-id`", example: "evt_1f_12_0" }),
    position: z.int().positive().meta({ description: "Where it stands in the program's feed; without gaps", example: 1042 }),
    type: z.string().meta({ example: "points.accrued" }),
    version: z.int().positive().meta({ description: "Of the schema of `data`", example: 1 }),
    memberId: CallerId.nullable().meta({ description: "Whom it concerns; null for events of the program itself" }),
    occurredAt: UtcInstant,
    recordedAt: UtcInstant.meta({ description: "When the engine took it down" }),
    data: z.record(z.string(), z.unknown()).meta({ description: "What happened, by the schema of the type", example: { points: 310 } }),
  })
  .meta({
    id: "FeedEvent",
    description: "A change that the engine has made, in its place",
    example: {
      id: "evt_1f_12_0",
      position: 1042,
      type: "points.accrued",
      version: 1,
      memberId: "17850",
      occurredAt: "2026-03-01T12:00:00.000Z",
      recordedAt: "2026-03-01T12:00:00.031Z",
      data: { wallet: "points", points: 310, orderId: "536365" },
    },
  });

export const FeedPageSchema = z
  .strictObject({
    data: z.array(FeedEventSchema),
    nextCursor: z.string().meta({ description: "Give it as `after` for what comes next; there is always one", example: "1042" }),
    hasMore: z.boolean().meta({ description: "Whether the feed goes on behind `nextCursor`" }),
  })
  .meta({
    id: "FeedPage",
    description: "A piece of the feed",
    example: { data: [FeedEventSchema.meta()?.example], nextCursor: "1042", hasMore: false },
  });

/** The same in the feed and in webhooks. */
export const eventView = ({ occurredAt, recordedAt, ...event }: FeedEvent): z.input<typeof FeedEventSchema> => ({
  ...event,
  version: EVENT_VERSION,
  occurredAt: occurredAt.toISOString(),
  recordedAt: recordedAt.toISOString(),
});

export const feedView = ({ events, next, hasMore }: FeedPage): z.input<typeof FeedPageSchema> => ({
  data: events.map(eventView),
  nextCursor: String(next),
  hasMore,
});
