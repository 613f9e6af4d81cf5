import { readdir } from "node:fs/promises";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "../../src/db/migrations.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";

const SOURCES = new URL("../../src/", import.meta.url);

/** Every drizzle table of the project. */
async function drizzleTables(): Promise<PgTable[]> {
  const files = (await readdir(SOURCES, { recursive: true })).filter((file) => file.endsWith("tables.ts"));
  const modules: object[] = await Promise.all(files.map((file) => import(new URL(file, SOURCES).href)));
  return modules.flatMap((module) => Object.values(module)).filter((exported) => exported instanceof PgTable);
}

type Column = { table: string; column: string; type: string; notNull: boolean };

const columnsOf = (table: PgTable): Column[] => {
  const { name, columns } = getTableConfig(table);
  return columns.map((column) => ({ table: name, column: column.name, type: column.getSQLType(), notNull: column.notNull }));
};

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase({ empty: true });
  await migrate(database.url);
});
afterAll(() => database.drop());

test("the migrations make what the tables in the code say", async () => {
  const inCode = (await drizzleTables()).flatMap(columnsOf);
  const names = [...new Set(inCode.map(({ table }) => table))];

  const inDatabase = await database.query<Column>(
    `select table_class.relname as table, attribute.attname as column, attribute.attnotnull as "notNull",
            format_type(attribute.atttypid, attribute.atttypmod) as type
       from pg_attribute attribute join pg_class table_class on table_class.oid = attribute.attrelid
      where table_class.relname = any($1) and table_class.relkind = 'r' and attribute.attnum > 0 and not attribute.attisdropped`,
    [names],
  );

  const sorted = (columns: Column[]) =>
    columns.map((column) => JSON.stringify([column.table, column.column, column.type, column.notNull])).sort();
  expect(names).toEqual(expect.arrayContaining(["api_keys", "programs", "rule_sets", "wallets"]));
  expect(sorted(inDatabase)).toEqual(sorted(inCode));
});

test("every table is under forced row-level security and starts its key with the program", async () => {
  const tables = await database.query<{ name: string; isForced: boolean; firstKeyColumn: string }>(
    `select table_class.relname as name, table_class.relforcerowsecurity and table_class.relrowsecurity as "isForced",
            (select attname from pg_attribute where attrelid = table_class.oid and attnum = primary_key.conkey[1]) as "firstKeyColumn"
       from pg_class table_class
       join pg_constraint primary_key on primary_key.conrelid = table_class.oid and primary_key.contype = 'p'
      where table_class.relnamespace = 'public'::regnamespace and table_class.relname <> 'schema_migrations'`,
  );

  expect(tables.length).toBeGreaterThan(10);
  for (const { name, isForced, firstKeyColumn } of tables) expect([name, isForced, firstKeyColumn]).toEqual([name, true, "program_id"]);
});
