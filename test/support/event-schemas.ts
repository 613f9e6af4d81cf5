import type { z } from "zod";
import { EVENTS_OF_MEMBERS, EVENTS_OF_PROGRAMS } from "../../src/events/catalogue.ts";
import type { TestDatabase } from "./database.ts";

const EVENTS_MAX = 5_000;

type Written = { member_key: string; type: string; data: unknown };

/** What of the events in a database is not as its schema says, in words. */
export async function wrongEvents(database: TestDatabase): Promise<string[]> {
  const rows = await database.query<Written>("select member_key, type, data from events limit $1", [EVENTS_MAX]);
  return rows.flatMap(({ member_key, type, data }) => {
    const schemas: Record<string, z.ZodType> = member_key === "0" ? EVENTS_OF_PROGRAMS : EVENTS_OF_MEMBERS;
    const schema = schemas[type];
    if (schema === undefined) return [`${type} has no schema`];
    const parsed = schema.safeParse(data);
    return parsed.success ? [] : [`${type} ${JSON.stringify(data)}: ${parsed.error.message}`];
  });
}
