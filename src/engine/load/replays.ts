import type pg from "pg";
import { REQUEST_KINDS, type RequestKind } from "../../core/request-kinds.ts";
import { lookUp, lookUpIfAny, lookUpMember } from "../../db/look-ups.ts";
import { eventView } from "../../member-events/event-view.ts";
import { firstOrderView } from "../../orders/order-view.ts";
import { EVENT_COLUMNS, type EventRow, toRecordedEvent } from "./member-events.ts";
import { ORDER_COLUMNS, type OrderRow, toOrder } from "./orders.ts";

/** What an id was used for before: by whom, with which body, and what it answered. */
export type Former = { memberId: string; hash: string; answer: unknown };

export type FormerRow = { used_by: string; used_kind: number; used_id: string; used_hash: string; kept_answer: unknown } & (
  | OrderRow
  | { order_id: null }
) &
  (EventRow | { event_id: null });

/** The first answers of ids that are taken already. */
export const selectFormer = (programId: number, taken: readonly { kind: RequestKind; id: string }[]): pg.QueryConfig => ({
  name: "load_former",
  text: `select m.id as used_by, d.kind as used_kind, d.id as used_id, d.hash as used_hash, coalesce(r.answer, c.answer) as kept_answer, ${ORDER_COLUMNS}, ${EVENT_COLUMNS}
           from unnest($2::smallint[], $3::text[]) u (kind, id)
           ${lookUp("directory", "d", "kind = u.kind and id = u.id")}
           ${lookUp("members", "m", "member_key = d.member_key")}
           ${lookUpIfAny("orders", "o", `d.kind = ${REQUEST_KINDS.order} and member_key = d.member_key and order_id = d.id`)}
           ${lookUpIfAny("returns", "r", `d.kind = ${REQUEST_KINDS.return} and member_key = d.member_key and return_id = d.id`)}
           ${lookUpIfAny("member_events", "v", `d.kind = ${REQUEST_KINDS.event} and member_key = d.member_key and event_id = d.id`)}
           ${lookUpIfAny("commands", "c", "member_key = d.member_key and kind = d.kind and id = d.id")}`,
  values: [programId, taken.map(({ kind }) => REQUEST_KINDS[kind]), taken.map(({ id }) => id)],
});

export function toFormer(row: FormerRow): Former {
  return { memberId: row.used_by, hash: row.used_hash, answer: answerOf(row) };
}

function answerOf(row: FormerRow): unknown {
  if (row.order_id !== null) return firstOrderView(toOrder(row), "placed");
  return row.event_id === null ? row.kept_answer : eventView(row.used_by, toRecordedEvent(row));
}

/** First answers of enrolments, by the member's id. */
export const selectEnrolments = (programId: number, memberIds: string[]): pg.QueryConfig => ({
  name: "load_enrolments",
  text: `select c.id, c.answer from unnest($2::text[]) u (id)
           ${lookUpMember("id")}
           ${lookUp("commands", "c", "member_key = m.member_key and kind = $3 and id = m.id")}`,
  values: [programId, memberIds, REQUEST_KINDS.enrolment],
});

/** Whose order an id is: for commands that name an order which their member does not have. */
export const selectOrderOwners = (programId: number, orderIds: string[]): pg.QueryConfig => ({
  name: "load_order_owners",
  text: `select d.id as order_id, m.id as member_id
           from unnest($2::text[]) u (id)
           ${lookUp("directory", "d", `kind = ${REQUEST_KINDS.order} and id = u.id`)}
           ${lookUp("members", "m", "member_key = d.member_key")}`,
  values: [programId, orderIds],
});
