import type pg from "pg";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { lookUpIfAny } from "../db/look-ups.ts";
import type { Report } from "./reporter.ts";

const PAGE = 10_000;

/** What stands behind a claim, by its kind. */
const NOUNS: Readonly<Record<number, string>> = {
  [REQUEST_KINDS.order]: "order",
  [REQUEST_KINDS.return]: "return",
  [REQUEST_KINDS.event]: "event",
  [REQUEST_KINDS.redemption]: "redemption",
};

type Row = { kind: number; id: string; member: string; found: boolean };

const joinOf = (kind: number, table: string, id: string): string => `
    left join ${table} on page.kind = ${kind}
     and ${table}.program_id = $1 and ${table}.member_key = page.member_key and ${table}.${id} = page.id`;

const SELECT = `
  with page as (
    select kind, id, member_key from directory
     where program_id = $1 and kind in (${Object.keys(NOUNS).join(", ")}) and (kind, id) > ($2::smallint, $3::text)
     order by kind, id limit ${PAGE})
  select page.kind, page.id, coalesce(members.id, '#' || page.member_key) as member,
         coalesce(orders.order_id, returns.return_id, member_events.event_id, redemptions.redemption_id) is not null as found
    from page
    ${lookUpIfAny("members", "members", "member_key = page.member_key")}
    ${joinOf(REQUEST_KINDS.order, "orders", "order_id")}
    ${joinOf(REQUEST_KINDS.return, "returns", "return_id")}
    ${joinOf(REQUEST_KINDS.event, "member_events", "event_id")}
    ${joinOf(REQUEST_KINDS.redemption, "redemptions", "redemption_id")}
   order by page.kind, page.id`;

/** Behind every claim of an order's, a return's, an event's or a redemption's id stands that order, return, event or redemption of that member. */
export async function verifyDirectory(client: pg.ClientBase, programId: number, report: Report): Promise<void> {
  let after = { kind: 0, id: "" };
  for (;;) {
    const { rows } = await client.query<Row>({ name: "verify_directory", text: SELECT, values: [programId, after.kind, after.id] });
    for (const { kind, id, member, found } of rows) {
      const what = NOUNS[kind] ?? "row";
      if (!found) report.show({ check: "directory", member, subject: `${what} ${id}`, expected: `the ${what}`, actual: "none" });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last;
  }
}
