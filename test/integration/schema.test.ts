import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "../../src/db/migrations.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase({ empty: true });
  await migrate(database.url);
});
afterAll(() => database.drop());

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
