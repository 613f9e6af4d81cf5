import { z } from "zod";

// The scalars that all bodies, paths and queries share. Whole numbers stay within ±(2^53 − 1), which `z.int()` enforces.

/** No control, format or separator character and no half of a surrogate pair: what a person can see and copy. */
const VISIBLE = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Z}]{1,128}$/u;

/** Postgres keeps no NUL, and half a surrogate pair has no UTF-8. */
const STORABLE = /^[^\0\p{Cs}]*$/u;

/** An id that the caller gives: of a member, an order, a return. */
export const CallerId = z
  .string()
  .regex(VISIBLE, "1 to 128 visible characters")
  .meta({ description: "The caller's own id: 1 to 128 visible characters, no spaces", example: "536365" });

/** Text of 1 to `max` UTF-16 code units that the database can keep. */
export const SafeText = (max: number) => z.string().min(1).max(max).regex(STORABLE, "no NUL and no unpaired surrogate");

const FIRST_YEAR = 1970;
const hasSeconds = (text: string) => /T\d\d:\d\d:\d\d/.test(text);
const inRange = (text: string) => new Date(text).getUTCFullYear() >= FIRST_YEAR && new Date(text).getUTCFullYear() <= 9999;

/** A time with its offset, as it was sent; the day, the hour and the offset exist. */
export const Instant = z.iso
  .datetime({ offset: true, error: "an RFC 3339 time with an offset, such as 2026-03-01T12:00:00Z" })
  .refine(hasSeconds, "an RFC 3339 time has seconds, such as 2026-03-01T12:00:00Z")
  .refine(inRange, "a time in the years 1970 to 9999")
  .meta({ description: "RFC 3339 time with an offset, in the years 1970 to 9999", example: "2026-03-01T12:00:00Z" });

/** A time as the service answers it: UTC, milliseconds. */
export const UtcInstant = z.iso.datetime().meta({ description: "RFC 3339 time in UTC", example: "2026-03-01T12:00:00.000Z" });

/** A calendar date without a time. */
export const CalendarDate = z.iso.date().meta({ description: "Calendar date", example: "1990-06-10" });

/** A switch in a query. */
export const QueryFlag = z
  .enum(["true", "false"], { error: "true or false" })
  .default("false")
  .transform((text) => text === "true");

export const Points = z.int().meta({ description: "Whole points, within ±(2^53 − 1)", example: 120 });

export const AmountMinor = z.int().meta({ description: "Whole minor units of the currency, within ±(2^53 − 1)", example: 12345 });

export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, "an ISO 4217 code")
  .meta({ description: "ISO 4217 code of the currency", example: "GBP" });

const ATTRIBUTES_MAX = 50;
const ATTRIBUTES_BYTES_MAX = 16 * 1024;
const ATTRIBUTE_LIST_MAX = 100;

const AttributeScalar = z.union([SafeText(1000).or(z.literal("")), z.number(), z.boolean()], {
  error: "text, a number, true or false, or a list of these",
});
const AttributeValue = z.union([AttributeScalar, z.array(AttributeScalar).max(ATTRIBUTE_LIST_MAX)], {
  error: "text, a number, true or false, or a list of these",
});

/** The caller's own facts, which rules may read. */
export const Attributes = z
  .record(SafeText(64), AttributeValue)
  .refine((attributes) => Object.keys(attributes).length <= ATTRIBUTES_MAX, `at most ${ATTRIBUTES_MAX} attributes`)
  .refine((attributes) => Buffer.byteLength(JSON.stringify(attributes)) <= ATTRIBUTES_BYTES_MAX, "at most 16 KB as JSON")
  .meta({ id: "Attributes", description: "At most 50 names with scalars or lists of scalars, at most 16 KB", example: { vip: true } });

/** An entity tag, such as `"7"` of a version, as If-Match and If-None-Match carry it; `*` is any. */
export const EntityTag = z.string().regex(/^(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*$|^\*$/, 'an entity tag such as "7", or *');
