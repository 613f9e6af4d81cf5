import type { EventAnswer, RecordedEvent } from "../../member-events/event.ts";
import type { Decision, EventFacts } from "../../rules/decision.ts";

/** A row of `member_events` beside others: its columns have names of their own. */
export type EventRow = {
  event_id: string;
  event_type: string;
  event_at: Date;
  event_data: EventFacts["data"];
  event_decision: Decision;
  event_answer: EventAnswer;
  event_lots: string[];
};

export const EVENT_COLUMNS = `v.event_id, v.type as event_type, v.occurred_at as event_at, v.data as event_data,
       v.decision as event_decision, v.answer as event_answer, v.lots as event_lots`;

export const toRecordedEvent = (row: EventRow): RecordedEvent => ({
  id: row.event_id,
  type: row.event_type,
  occurredAt: row.event_at.getTime(),
  data: row.event_data,
  decision: row.event_decision,
  answer: row.event_answer,
  lots: row.event_lots.map(Number),
});
