import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/db/embedded/embedded-postgres.ts";
import { openDatabase } from "../../src/db/open-database.ts";
import { inProgram, NO_PROGRAM } from "../../src/db/transaction.ts";
import { makeTestFolder } from "../support/test-folder.ts";

/** The Postgres of the packages, and every other one that this machine has. */
const SERVERS = [
  { version: "of the packages", binDir: undefined },
  ...[15, 16, 17, 18].map((major) => ({ version: `${major} as installed`, binDir: `/usr/lib/postgresql/${major}/bin` })),
].filter(({ binDir }) => binDir === undefined || existsSync(join(binDir, "initdb")));

describe.each(SERVERS)("on Postgres $version, without a superuser", ({ binDir }) => {
  let folder: string;
  let server: EmbeddedPostgres;
  let owner: pg.Pool;
  const urlOf = (user: string) => {
    const url = new URL(server.url);
    [url.username, url.password, url.pathname] = [user, "secret", "/shop"];
    return url.href;
  };
  const config = {
    DATABASE_URL: "",
    DATA_DIR: "unused",
    WEB_CONCURRENCY: 1,
    WRITE_POOL_SIZE: 1,
    READ_POOL_SIZE: 1,
    STATEMENT_TIMEOUT_MS: 5_000,
    LOCK_TIMEOUT_MS: 5_000,
  };

  beforeAll(async () => {
    folder = await makeTestFolder("roles");
    server = await startEmbeddedPostgres({ dataDir: folder, durable: false, binDir });
    const admin = new pg.Client({ connectionString: server.url });
    await admin.connect();
    await admin.query("create role shop_owner login password 'secret' createrole");
    await admin.query("create role shop_server login password 'secret'");
    await admin.query("create database shop owner shop_owner");
    await admin.end();
    owner = new pg.Pool({ connectionString: urlOf("shop_owner"), max: 2 });
    // The server stops while the last of these connections is still saying goodbye.
    owner.on("error", () => undefined);
  });
  afterAll(async () => {
    await owner.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("the owner of the database migrates and serves it with one URL", async () => {
    const lines: string[] = [];

    const database = await openDatabase({ ...config, DATABASE_URL: urlOf("shop_owner") }, (line) => lines.push(line));

    expect(lines[0]).toBe("applied 0001_foundation.sql");
    await database.close();
  });

  test("a user of its own may serve once the owner has granted it the serving role, and is refused before", async () => {
    const open = () =>
      openDatabase({ ...config, DATABASE_URL: urlOf("shop_server"), MIGRATION_DATABASE_URL: urlOf("shop_owner") }, () => undefined);

    await expect(open()).rejects.toThrow(
      'the user shop_server of DATABASE_URL may not act as loyalty_service (permission denied to set role "loyalty_service"): as the owner, run: grant loyalty_service to "shop_server"',
    );
    await owner.query('grant loyalty_service to "shop_server"');
    await (await open()).close();
  });

  test("the serving role sees one program's rows, and without a program none but what the look-ups answer", async () => {
    const server = new pg.Pool({ connectionString: urlOf("shop_server"), max: 1 });
    const oneValue = async <T>(programId: number, text: string) =>
      inProgram(server, programId, async (tx) => (await tx.query<{ value: T }>(text)).rows[0]?.value);
    const first = await oneValue<number>(NO_PROGRAM, "select loyalty_create_program('first') as value");
    const second = await oneValue<number>(NO_PROGRAM, "select loyalty_create_program('second') as value");
    const hash = "sha256('key'::bytea)";
    await inProgram(server, second ?? 0, (tx) =>
      tx.query(
        `insert into api_keys (program_id, key_id, name, hash, hint, scopes) values (${second}, gen_random_uuid(), 'key', ${hash}, 'k', '{admin}')`,
      ),
    );

    expect(second).not.toBe(first);
    expect(await oneValue(NO_PROGRAM, "select count(*)::int as value from programs")).toBe(0);
    expect(await oneValue(NO_PROGRAM, "select count(*)::int as value from api_keys")).toBe(0);
    expect(await oneValue(first ?? 0, "select string_agg(id, ',') as value from programs")).toBe("first");
    expect(await oneValue(first ?? 0, "select count(*)::int as value from api_keys")).toBe(0);
    expect(await oneValue(NO_PROGRAM, "select loyalty_find_program('second') as value")).toBe(second);
    expect(await oneValue(NO_PROGRAM, `select program as value from loyalty_find_key(${hash})`)).toBe("second");
    expect(await oneValue(NO_PROGRAM, "select count(*)::int as value from loyalty_list_programs()")).toBe(2);
    await expect(oneValue(first ?? 0, `insert into wallets (program_id, wallet, id) values (${second}, 1, 'points')`)).rejects.toThrow(
      'new row violates row-level security policy for table "wallets"',
    );
    await server.end();
  });

  test("outside of the serving role the owner is bound by row-level security too", async () => {
    await inProgram(owner, 1, (tx) => tx.query("insert into wallets (program_id, wallet, id) values (1, 1, 'points')"));

    expect((await owner.query("select id from wallets")).rows).toEqual([]);
    expect((await inProgram(owner, 1, (tx) => tx.query("select id from wallets"))).rows).toEqual([{ id: "points" }]);
  });

  test.each(["entries", "lot_uses", "rule_sets", "tier_changes"])("%s refuses to be changed, even by the owner", async (table) => {
    await expect(owner.query(`delete from ${table}`)).rejects.toThrow(`${table} is append-only (DELETE refused)`);
    await expect(owner.query(`truncate ${table}`)).rejects.toThrow(`${table} is append-only (TRUNCATE refused)`);
    await expect(inProgram(owner, 1, (tx) => tx.query(`delete from ${table}`))).rejects.toThrow(`permission denied for table ${table}`);
  });
});
