import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { migrate } from "../../src/db/migrations.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";

describe("migrate", () => {
  let database: TestDatabase;
  let folder: string;
  beforeEach(async () => {
    database = await cloneDatabase({ empty: true });
    folder = await mkdtemp(join(tmpdir(), "loyalty-migrations-"));
    await writeFile(join(folder, "0001_first.sql"), "create table first (n integer);");
    await writeFile(join(folder, "0002_second.sql"), "create table second (n integer);");
  });
  afterEach(() => database.drop());

  const tables = async () =>
    (await database.query<{ name: string }>("select tablename as name from pg_tables where schemaname = 'public' order by 1")).map(
      ({ name }) => name,
    );

  test("applies the project's own files to an empty database, and nothing the second time", async () => {
    const first = await migrate(database.url);
    const second = await migrate(database.url);

    expect(first.applied[0]).toBe("0001_foundation.sql");
    expect(second.applied).toEqual([]);
    expect(await tables()).toContain("entries");
  });

  test("says what it applies, in order, and later applies only what is new", async () => {
    const lines: string[] = [];
    await migrate(database.url, { folder, log: (line) => lines.push(line) });
    await writeFile(join(folder, "0003_third.sql"), "create table third (n integer);");

    const later = await migrate(database.url, { folder, log: (line) => lines.push(line) });

    expect(later.applied).toEqual(["0003_third.sql"]);
    expect(lines).toEqual(["applied 0001_first.sql", "applied 0002_second.sql", "applied 0003_third.sql"]);
    expect(await tables()).toEqual(["first", "schema_migrations", "second", "third"]);
  });

  test("runs once when several processes start together", async () => {
    const runs = await Promise.all(Array.from({ length: 5 }, () => migrate(database.url, { folder })));

    expect(runs.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 0, 0, 2]);
  });

  test("refuses a file that was changed after it was applied, and applies nothing", async () => {
    await migrate(database.url, { folder });
    await writeFile(join(folder, "0001_first.sql"), "create table first (n bigint);");
    await writeFile(join(folder, "0003_third.sql"), "create table third (n integer);");

    await expect(migrate(database.url, { folder })).rejects.toThrow("the migration 0001_first.sql was changed after it was applied");
    expect(await tables()).toEqual(["first", "schema_migrations", "second"]);
  });

  test("takes a file with other line ends for the same", async () => {
    await writeFile(join(folder, "0001_first.sql"), "create table first (\n  n integer\n);\n");
    await migrate(database.url, { folder });
    await writeFile(join(folder, "0001_first.sql"), "create table first (\r\n  n integer\r\n);\r\n");

    expect(await migrate(database.url, { folder })).toEqual({ applied: [] });
  });

  test("refuses a database that is newer than the program", async () => {
    await migrate(database.url, { folder });
    await database.query("insert into schema_migrations (name, checksum) values ('0009_future.sql', 'x')");

    await expect(migrate(database.url, { folder })).rejects.toThrow(
      "the database has the migration 0009_future.sql, which this program does not know",
    );
  });

  test("leaves nothing of a file that fails, keeps those before it, and names it", async () => {
    await writeFile(join(folder, "0003_third.sql"), "create table third (n integer); select 1 / 0;");

    await expect(migrate(database.url, { folder })).rejects.toThrow("the migration 0003_third.sql failed: division by zero");
    expect(await tables()).toEqual(["first", "schema_migrations", "second"]);
  });
});
