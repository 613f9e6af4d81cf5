import type { MemberDay } from "../rules/trigger.ts";

/** A day of a member has begun. Not from outside: a job submits it. `on` is the local date. */
export type RecordDay = { kind: "record_day"; memberId: string; day: MemberDay; on: string };
