import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import type { Decision, EventFacts } from "../rules/decision.ts";
import type { EventAnswer } from "./event.ts";

/** What reads need of a row of `member_events`. */
export type StoredEvent = {
  member_key: number;
  member_id: string;
  event_id: string;
  type: string;
  occurred_at: Date;
  data: EventFacts["data"];
  decision: Decision;
  answer: EventAnswer;
  /** Sequence numbers of the lots that its points went into; pg gives the items of a bigint[] as texts. */
  lots: string[];
};

const COLUMNS = "e.member_key, m.id as member_id, e.event_id, e.type, e.occurred_at, e.data, e.decision, e.answer, e.lots";

/**
 * The directory says which member an event belongs to (kind 8: src/core/request-kinds.ts).
 * Errors: event_not_found.
 */
export async function findEvent(tx: pg.ClientBase, programId: number, eventId: string): Promise<StoredEvent> {
  const { rows } = await tx.query<StoredEvent>({
    name: "find_member_event",
    text: `select ${COLUMNS}
             from directory d
             join member_events e on e.program_id = d.program_id and e.member_key = d.member_key and e.event_id = d.id
             join members m on m.program_id = e.program_id and m.member_key = e.member_key
            where d.program_id = $1 and d.kind = 8 and d.id = $2`,
    values: [programId, eventId],
  });
  const [event] = rows;
  if (event === undefined) throw new LoyaltyError("event_not_found", { eventId });
  return event;
}

/** Events are listed by time, then by id: the last one of a page. */
export type EventPosition = { occurredAt: string; eventId: string };

/** Newest first, and one more where there is more. */
export async function listEvents(
  tx: pg.ClientBase,
  programId: number,
  { memberKey, before, limit }: { memberKey: number; before: EventPosition | undefined; limit: number },
): Promise<StoredEvent[]> {
  const { rows } = await tx.query<StoredEvent>({
    name: before === undefined ? "list_member_events" : "list_member_events_before",
    text: `select ${COLUMNS}
             from member_events e join members m on m.program_id = e.program_id and m.member_key = e.member_key
            where e.program_id = $1 and e.member_key = $2 ${before === undefined ? "" : "and (e.occurred_at, e.event_id) < ($4, $5)"}
            order by e.occurred_at desc, e.event_id desc limit $3`,
    values: [programId, memberKey, limit + 1, ...(before === undefined ? [] : [before.occurredAt, before.eventId])],
  });
  return rows;
}
