import type { TestDatabase } from "./database.ts";

/** A checksum of the rows of each table, of one program or of all, but for when keys were last used: equal states have equal ones. */
export async function databaseState(database: TestDatabase, program?: string): Promise<Record<string, string>> {
  const tables = await database.query<{ name: string }>(
    `select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
      where table_schema = 'public' and column_name = 'program_id' and table_type = 'BASE TABLE' order by 1`,
  );
  const sums = tables.map(
    ({ name }) => `select '${name}' as name, md5(coalesce(string_agg(kept, ',' order by kept), '')) as sum
         from (select (to_jsonb(row) - 'last_used_at')::text as kept, program_id from ${name} row) rows
      where $1::text is null or program_id = (select program_id from programs where id = $1)`,
  );
  const rows = await database.query<{ name: string; sum: string }>(sums.join(" union all "), [program ?? null]);
  return Object.fromEntries(rows.map(({ name, sum }) => [name, sum]));
}
