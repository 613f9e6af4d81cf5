import type { EventFacts } from "../rules/decision.ts";

/** `hash` is that of the canonical body: the same id with another hash is `id_reused`. `occurredAt` is RFC 3339. */
export type RecordEvent = {
  kind: "record_event";
  memberId: string;
  eventId: string;
  hash: string;
  type: string;
  occurredAt: string;
  data: EventFacts["data"];
};
