import type pg from "pg";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import type { Report } from "./reporter.ts";

const PAGE = 10_000;

type Row = { kind: number; id: string; member: string; found: boolean };

const SELECT = `
  with page as (
    select kind, id, member_key from directory
     where program_id = $1 and kind in (${REQUEST_KINDS.order}, ${REQUEST_KINDS.return}) and (kind, id) > ($2::smallint, $3::text)
     order by kind, id limit ${PAGE})
  select page.kind, page.id, coalesce(members.id, '#' || page.member_key) as member,
         orders.order_id is not null or returns.return_id is not null as found
    from page
    left join members on members.program_id = $1 and members.member_key = page.member_key
    left join orders on page.kind = ${REQUEST_KINDS.order}
     and orders.program_id = $1 and orders.member_key = page.member_key and orders.order_id = page.id
    left join returns on page.kind = ${REQUEST_KINDS.return}
     and returns.program_id = $1 and returns.member_key = page.member_key and returns.return_id = page.id
   order by page.kind, page.id`;

/** Behind every claim of an order's or a return's id stands that order or return of that member. */
export async function verifyDirectory(client: pg.ClientBase, programId: number, report: Report): Promise<void> {
  let after = { kind: 0, id: "" };
  for (;;) {
    const { rows } = await client.query<Row>({ name: "verify_directory", text: SELECT, values: [programId, after.kind, after.id] });
    for (const { kind, id, member, found } of rows) {
      const what = kind === REQUEST_KINDS.order ? "order" : "return";
      if (!found) report.show({ check: "directory", member, subject: `${what} ${id}`, expected: `the ${what}`, actual: "none" });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last;
  }
}
