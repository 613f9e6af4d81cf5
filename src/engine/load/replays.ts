import type pg from "pg";
import { REQUEST_KINDS, type RequestKind } from "../../core/request-kinds.ts";
import { firstOrderView } from "../../orders/order-view.ts";
import { ORDER_COLUMNS, type OrderRow, toOrder } from "./orders.ts";

/** What an id was used for before: by whom, with which body, and what it answered. */
export type Former = { memberId: string; hash: string; answer: unknown };

export type FormerRow = { used_by: string; used_kind: number; used_id: string; used_hash: string; kept_answer: unknown } & (OrderRow | { order_id: null });

/** The first answers of ids that are taken already. */
export const selectFormer = (programId: number, taken: readonly { kind: RequestKind; id: string }[]): pg.QueryConfig => ({
  name: "load_former",
  text: `select m.id as used_by, d.kind as used_kind, d.id as used_id, d.hash as used_hash, coalesce(r.answer, c.answer) as kept_answer, ${ORDER_COLUMNS}
           from unnest($2::smallint[], $3::text[]) u (kind, id)
           join directory d on d.program_id = $1 and d.kind = u.kind and d.id = u.id
           join members m on m.program_id = $1 and m.member_key = d.member_key
           left join orders o on d.kind = ${REQUEST_KINDS.order} and o.program_id = $1 and o.member_key = d.member_key and o.order_id = d.id
           left join returns r on d.kind = ${REQUEST_KINDS.return} and r.program_id = $1 and r.member_key = d.member_key and r.return_id = d.id
           left join commands c on c.program_id = $1 and c.member_key = d.member_key and c.kind = d.kind and c.id = d.id`,
  values: [programId, taken.map(({ kind }) => REQUEST_KINDS[kind]), taken.map(({ id }) => id)],
});

export function toFormer(row: FormerRow): Former {
  const answer = row.order_id === null ? row.kept_answer : firstOrderView(toOrder(row), "placed");
  return { memberId: row.used_by, hash: row.used_hash, answer };
}

/** First answers of enrolments, by the member's id. */
export const selectEnrolments = (programId: number, memberIds: string[]): pg.QueryConfig => ({
  name: "load_enrolments",
  text: "select c.id, c.answer from members m join commands c on c.program_id = $1 and c.member_key = m.member_key and c.kind = $3 and c.id = m.id where m.program_id = $1 and m.id = any($2::text[])",
  values: [programId, memberIds, REQUEST_KINDS.enrolment],
});

/** Whose order an id is: for commands that name an order which their member does not have. */
export const selectOrderOwners = (programId: number, orderIds: string[]): pg.QueryConfig => ({
  name: "load_order_owners",
  text: `select d.id as order_id, m.id as member_id
           from directory d join members m on m.program_id = $1 and m.member_key = d.member_key
          where d.program_id = $1 and d.kind = ${REQUEST_KINDS.order} and d.id = any($2::text[])`,
  values: [programId, orderIds],
});
