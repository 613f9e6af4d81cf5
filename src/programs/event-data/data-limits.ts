import { z } from "zod";
import type { Json } from "../../rules/decision.ts";
import { JsonValue } from "../../rules/effects/custom.ts";

const BYTES_MAX = 16 * 1024;
const VALUES_MAX = 500;
const DEPTH_MAX = 8;
const TEXT_MAX = 1000;
const LIST_MAX = 100;

type Limited = { path: (string | number)[]; message: string };

/** The first thing in a value that is larger than rules and schemas should have to look at. */
function overLimit(value: Json, path: (string | number)[]): Limited | undefined {
  if (typeof value === "string")
    return value.length > TEXT_MAX ? { path, message: `a text has at most ${TEXT_MAX} characters` } : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (path.length > DEPTH_MAX) return { path, message: `lists and objects nest at most ${DEPTH_MAX} deep` };
  if (Array.isArray(value) && value.length > LIST_MAX) return { path, message: `a list has at most ${LIST_MAX} items` };
  for (const [name, item] of Object.entries(value)) {
    const over = overLimit(item, [...path, Array.isArray(value) ? Number(name) : name]);
    if (over) return over;
  }
  return undefined;
}

/** How many values a piece of JSON is made of, itself included. */
export const countValues = (value: Json): number =>
  typeof value === "object" && value !== null ? Object.values(value).reduce<number>((sum, item) => sum + countValues(item), 1) : 1;

/** The data of an event: an object of any JSON that is small enough to be judged at once. */
export const EventData = z
  .record(z.string(), JsonValue)
  .superRefine((data, context) => {
    const over = overLimit(data, []);
    if (over) context.addIssue({ code: "custom", path: over.path, message: over.message });
    else if (countValues(data) > VALUES_MAX) context.addIssue({ code: "custom", message: `at most ${VALUES_MAX} values` });
    else if (new TextEncoder().encode(JSON.stringify(data)).length > BYTES_MAX)
      context.addIssue({ code: "custom", message: "at most 16 KB as JSON" });
  })
  .meta({
    id: "EventData",
    description:
      "What the event's type asks for: an object of at most 500 values, 8 deep, 16 KB; texts of 1000 characters, lists of 100 items",
    example: { stars: 5 },
  });
