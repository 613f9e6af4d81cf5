import { z } from "zod";
import { CallerId } from "../http/types.ts";
import { EVENT_VERSION, EVENTS_OF_MEMBERS, EVENTS_OF_PROGRAMS } from "./catalogue.ts";
import { FeedEventSchema } from "./schemas.ts";

/** The files of `openapi/events`: a JSON Schema (2020-12) of the whole message for each type of event, by its name. */
export function eventJsonSchemas(): [name: string, schema: object][] {
  const ofMembers = Object.entries(EVENTS_OF_MEMBERS).map(([type, data]) => fileOf(type, data, CallerId));
  const ofPrograms = Object.entries(EVENTS_OF_PROGRAMS).map(([type, data]) => fileOf(type, data, z.null()));
  return [...ofMembers, ...ofPrograms];
}

function fileOf(type: string, data: z.ZodType, memberId: z.ZodType): [string, object] {
  const { description } = data.meta() ?? {};
  const message = z.strictObject({ ...FeedEventSchema.shape, type: z.literal(type), version: z.literal(EVENT_VERSION), memberId, data });
  const { $schema, ...schema } = z.toJSONSchema(message, { target: "draft-2020-12", override: takeMore });
  return [`${type}.v${EVENT_VERSION}.json`, { $schema, title: type, description, ...schema }];
}

/** A later release may add fields that a receiver does not know. */
function takeMore({ jsonSchema }: { jsonSchema: { additionalProperties?: unknown } }): void {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}
