import type pg from "pg";
import { withClient } from "../durable-postgres.ts";

/** Rows by table. */
export type RowCounts = Readonly<Record<string, number>>;

const TABLES = ["orders", "entries", "lots", "activity", "directory", "events", "commands", "lot_uses", "tier_changes"];

async function countRows(client: pg.Client, program: string, member: string): Promise<RowCounts> {
  const counts = TABLES.map(
    (table) => `(select count(*)::integer from ${table} t where t.program_id = m.program_id and t.member_key = m.member_key) as ${table}`,
  );
  const { rows } = await client.query<RowCounts>(
    `select ${counts.join(", ")},
            (select count(distinct t.batch)::integer from events t
              where t.program_id = m.program_id and t.member_key = m.member_key) as event_batches,
            (select sum(version)::integer from accounts t
              where t.program_id = m.program_id and t.member_key = m.member_key) as account_versions
       from members m join programs p using (program_id) where p.id = $1 and m.id = $2`,
    [program, member],
  );
  if (rows[0] === undefined) throw new Error(`${program} has no member ${member}`);
  return rows[0];
}

/** What one order adds to a member's rows. */
export async function rowsOfOneOrder(
  databaseUrl: string,
  { program, member }: { program: string; member: string },
  place: () => Promise<unknown>,
): Promise<RowCounts> {
  return withClient(databaseUrl, async (client) => {
    const before = await countRows(client, program, member);
    await place();
    const after = await countRows(client, program, member);
    return Object.fromEntries(Object.entries(after).map(([table, count]) => [table, count - (before[table] ?? 0)]));
  });
}

/** Errors: a limit that writes less, or more, than what it stands beside. */
export function requireSameRows(what: string, own: RowCounts, expected: RowCounts): void {
  const [found, wanted] = [own, expected].map((counts) => JSON.stringify(counts));
  if (found !== wanted) throw new Error(`${what} writes other rows for one order: ${found} instead of ${wanted}`);
}
