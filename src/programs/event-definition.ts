import { z } from "zod";
import { JsonValue } from "../rules/effects/custom.ts";
import { EventType, Label } from "../rules/effects/shared.ts";

export const EVENT_TYPES_MAX = 100;

/** A type of event that members' systems may report, with what its data must look like. */
export const EventDefinition = z
  .strictObject({
    type: EventType,
    name: Label.optional().meta({ description: "How the event is called for people" }),
    schema: z.record(z.string(), JsonValue).optional().meta({
      description: "JSON Schema (2020-12) of the event's data, an object; without it the event has no data. Limits: docs/rules.md",
    }),
  })
  .meta({
    id: "EventDefinition",
    description: "A type of event beside orders, such as a review that a member has written",
    example: {
      type: "review_written",
      schema: { type: "object", required: ["stars"], properties: { stars: { type: "integer", minimum: 1, maximum: 5 } } },
    },
  });

export type EventDefinition = z.infer<typeof EventDefinition>;
