import type pg from "pg";
import type { Report } from "./reporter.ts";

type Row = { id: string; subject: "granted" | "refused"; said: string; found: string };

/** A bulk grant that has ended says how many members it reached, and how many it was refused for. */
export async function verifyBulkGrants(client: pg.ClientBase, programId: number, report: Report): Promise<void> {
  const { rows } = await client.query<Row>({
    name: "verify_bulk_grants",
    text: `select g.grant_id as id, part.subject, part.said::text, part.found::text
             from bulk_grants g
            cross join lateral (
              select count(*) filter (where refused is null) as granted, count(*) filter (where refused is not null) as refused
                from bulk_grant_members m where m.program_id = $1 and m.grant_id = g.grant_id) found
            cross join lateral (values ('granted', g.granted, found.granted), ('refused', g.refused, found.refused)) part (subject, said, found)
            where g.program_id = $1 and g.status <> 'running' and part.said <> part.found
            order by 1, 2`,
    values: [programId],
  });
  for (const { id, subject, said, found } of rows) {
    report.show({ check: "bulk_grant", subject: `${id}: members ${subject}`, expected: found, actual: said });
  }
}
