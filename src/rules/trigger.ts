import { z } from "zod";
import { EventType } from "./effects/shared.ts";

/** Days of a member that set off rules. */
export const MEMBER_DAYS = ["birthday", "joining"] as const;
export const MemberDay = z.enum(MEMBER_DAYS).meta({
  description: "A day of the member: their birthday, or the anniversary of the day on which they joined, from the first year on",
});
export type MemberDay = z.infer<typeof MemberDay>;

/** What a rule is judged on beside orders. */
export const Trigger = z.union([EventType, z.strictObject({ day: MemberDay })]);
export type Trigger = z.infer<typeof Trigger>;

/** As which type of event a day is recorded. The types that programs declare have no colon. */
export const eventTypeOfDay = (day: MemberDay): `day:${MemberDay}` => `day:${day}`;
export const DAY_EVENT_TYPES = MEMBER_DAYS.map(eventTypeOfDay);

/** The type of event that a rule is judged on; null is orders. */
export const eventTypeOf = (on: Trigger | undefined): string | null =>
  on === undefined ? null : typeof on === "string" ? on : eventTypeOfDay(on.day);
