import { z } from "zod";
import { Page, pageOf } from "../http/page.ts";
import { CallerId, Instant, UtcInstant } from "../http/types.ts";
import { BalanceSummarySchema } from "../ledger/schemas.ts";
import { DAY_ID_PREFIX } from "../member-days/day-id.ts";
import { OrderEffectSchema } from "../orders/effect-schemas.ts";
import { PlaceOrderQuery } from "../orders/schemas.ts";
import { RuleTraceSchema } from "../orders/trace-schemas.ts";
import { OrderPointsSchema, TierStepSchema } from "../orders/view-schemas.ts";
import { EventData } from "../programs/event-data/data-limits.ts";
import { EventType } from "../rules/effects/shared.ts";
import { DAY_EVENT_TYPES } from "../rules/trigger.ts";
import type { EventView } from "./event.ts";

const EventId = CallerId.meta({ description: "The caller's id of the event", example: "review-77" });

const OwnEventId = EventId.refine((id) => !id.startsWith(DAY_ID_PREFIX), {
  error: `ids that begin with ${DAY_ID_PREFIX} are those of days that the service records`,
});

/** The fields of an event but its type, for the body and for a line of an import. */
export const recordEventShape = {
  id: OwnEventId,
  memberId: CallerId.meta({ description: "To whom it happened", example: "17850" }),
  occurredAt: Instant.meta({ description: "When it happened; rules look at this time", example: "2026-03-01T12:00:00Z" }),
  data: EventData.prefault({}),
};

const EXAMPLE_EVENT = {
  id: "review-77",
  type: "review_written",
  memberId: "17850",
  occurredAt: "2026-03-01T12:00:00Z",
  data: { stars: 5 },
};

export const RecordEventBody = z.strictObject({ ...recordEventShape, type: EventType }).meta({
  id: "RecordEvent",
  description: "Something that happened to a member, of a type that the program declares",
  example: EXAMPLE_EVENT,
});

export const RecordEventQuery = PlaceOrderQuery;
export const EventParams = z.strictObject({ eventId: EventId });
export const EventsQuery = Page;

const RecordedType = z
  .union([EventType, z.enum(DAY_EVENT_TYPES)])
  .meta({ description: "Type of the event; of a day of the member that the service has recorded `day:birthday` or `day:joining`" });

const eventShape = {
  id: CallerId,
  memberId: CallerId,
  type: RecordedType,
  occurredAt: UtcInstant,
  data: EventData,
  points: z.array(OrderPointsSchema),
  effects: z.array(OrderEffectSchema),
  tier: TierStepSchema,
  balance: BalanceSummarySchema,
  ruleSet: z.int().nonnegative().meta({ description: "Version of the rule set that decided", example: 1 }),
} satisfies { [Field in keyof EventView]: z.ZodType<EventView[Field]> };

export const EventSchema = z
  .strictObject({
    ...eventShape,
    explanation: z.array(RuleTraceSchema).optional().meta({ description: "With `explain=true`: what each rule said" }),
  })
  .meta({
    id: "MemberEvent",
    description: "An event of a member with what the rules gave, and the tier and balance that it left",
    example: {
      ...EXAMPLE_EVENT,
      occurredAt: "2026-03-01T12:00:00.000Z",
      points: [
        {
          wallet: "points",
          amount: 20,
          status: "available",
          availableAt: "2026-03-01T12:00:00.000Z",
          expiresAt: null,
          rules: ["review"],
        },
      ],
      effects: [],
      tier: { before: "silver", after: "silver" },
      balance: { wallets: { points: { available: 37, pending: 0, held: 0, debt: 0, accruedTotal: 37, redeemedTotal: 0 } }, version: 3 },
      ruleSet: 1,
    },
  });
export const EventPage = pageOf(EventSchema, "MemberEventPage");
