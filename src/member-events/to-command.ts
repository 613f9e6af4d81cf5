import type { z } from "zod";
import { canonicalHash } from "../core/canonical.ts";
import type { RecordEvent } from "./commands.ts";
import type { RecordEventBody } from "./schemas.ts";

/** The same for a request and for a line of an import, so that each is a replay of the other. */
export function toRecordEvent({ id, type, memberId, occurredAt, data }: z.output<typeof RecordEventBody>): RecordEvent {
  const hash = canonicalHash({ id, type, memberId, occurredAt, data });
  return { kind: "record_event", memberId, eventId: id, hash, type, occurredAt, data };
}
