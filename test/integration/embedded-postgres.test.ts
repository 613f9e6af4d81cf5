import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startEmbeddedPostgres } from "../../src/db/embedded/embedded-postgres.ts";
import { isAlive, readPostmaster, waitUntil } from "../../src/db/embedded/postmaster.ts";
import { makeTestFolder } from "../support/test-folder.ts";

const HOLD = new URL("../support/children/hold-data-folder.ts", import.meta.url).pathname;

async function rowsOf(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const makeDataDir = () => makeTestFolder("embedded");

describe("the embedded Postgres", () => {
  let dataDir: string;
  let used: string;
  beforeAll(async () => {
    used = await makeDataDir();
    await (await startEmbeddedPostgres({ dataDir: used, durable: false })).stop();
  });
  afterAll(() => rm(used, { recursive: true, force: true }));
  beforeEach(async () => {
    dataDir = await makeDataDir();
  });
  afterEach(async () => {
    const left = await readPostmaster(join(dataDir, "postgres"));
    if (left !== undefined && isAlive(left.pid)) process.kill(left.pid, "SIGQUIT");
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });

  /** A folder as another run left it: making the first one takes seconds. */
  const takeUsed = () => execFileSync("cp", ["-a", join(used, "postgres"), dataDir]);
  const start = () => startEmbeddedPostgres({ dataDir, durable: false });
  /** A service in a process of its own. */
  async function startOther() {
    const child = spawn(process.execPath, [HOLD, dataDir], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const exit = once(child, "exit");
    const kill = async () => {
      child.kill("SIGKILL");
      await exit;
    };
    const said = JSON.parse(line.toString()) as { url: string; pid: number; refused?: string };
    if (said.refused !== undefined) throw new Error(said.refused);
    return { ...said, service: child.pid, kill };
  }

  test("keeps its data and its password between runs, and is gone after stop", async () => {
    const first = await start();
    await rowsOf(first.url, "create table kept as select 7 as n");
    await first.stop();
    await expect(rowsOf(first.url, "select 1")).rejects.toThrow("ECONNREFUSED");

    const second = await start();

    expect(second.adopted).toBe(false);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    expect(await rowsOf(second.url, "select n from kept")).toEqual([{ n: 7 }]);
    await second.stop();
  });

  test("listens on this machine only, with a random password in a file for its owner only", async () => {
    const postgres = await start();
    const file = join(dataDir, "postgres", "loyalty-password");

    const { hostname, password } = new URL(postgres.url);
    expect(hostname).toBe("127.0.0.1");
    expect(await rowsOf(postgres.url, "show listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
    expect(await rowsOf(postgres.url, "show unix_socket_directories")).toEqual([{ unix_socket_directories: "" }]);
    expect((await readFile(file, "utf8")).trim()).toBe(password);
    expect(password).toHaveLength(32);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await expect(rowsOf(postgres.url.replace(password, "guess"), "select 1")).rejects.toThrow("password authentication failed");
    await postgres.stop();
  });

  test("is durable unless a test gives that up", async () => {
    takeUsed();
    const postgres = await startEmbeddedPostgres({ dataDir });

    expect(
      await rowsOf(
        postgres.url,
        "select name, setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit') order by 1",
      ),
    ).toEqual([
      { name: "fsync", setting: "on" },
      { name: "full_page_writes", setting: "on" },
      { name: "synchronous_commit", setting: "on" },
    ]);
    await postgres.stop();
  });

  test("of a killed service runs on in a process group of its own and is used again by the next service", async () => {
    takeUsed();
    const killed = await startOther();
    await rowsOf(killed.url, "create table kept as select 7 as n");
    await killed.kill();
    expect(isAlive(killed.pid)).toBe(true);

    const next = await start();

    expect(next).toMatchObject({ adopted: true, pid: killed.pid, url: killed.url });
    expect(await rowsOf(next.url, "select n from kept")).toEqual([{ n: 7 }]);
    await next.stop();
    expect(await readPostmaster(join(dataDir, "postgres"))).toBeUndefined();
  });

  test("recovers when both the service and Postgres were killed", async () => {
    takeUsed();
    const killed = await startOther();
    await rowsOf(killed.url, "create table kept as select 7 as n");
    await rowsOf(killed.url, "checkpoint");
    process.kill(killed.pid, "SIGKILL");
    await killed.kill();
    expect(await waitUntil(async () => !(await canStillConnect(killed.url)), 10_000)).toBe(true);

    const next = await start();

    expect(next.adopted).toBe(false);
    expect(await rowsOf(next.url, "select n from kept")).toEqual([{ n: 7 }]);
    await next.stop();
  });

  test("refuses a second service on the folder, names the first and leaves it running", async () => {
    takeUsed();
    const first = await startOther();

    await expect(start()).rejects.toThrow(
      `${dataDir} is in use by another service (process ${first.service}): stop it, or set another DATA_DIR`,
    );

    expect(await rowsOf(first.url, "select 1 as n")).toEqual([{ n: 1 }]);
    await first.kill();
  });

  test("of two services that start at once one wins and the other is refused", async () => {
    const [other, own] = await Promise.allSettled([startOther(), start()]);

    const refusals = [other, own].flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : []));
    expect(refusals).toEqual([expect.stringContaining(`${dataDir} is in use by another service`)]);
    if (own.status === "fulfilled") await own.value.stop();
    if (other.status === "fulfilled") await other.value.kill();
  });

  test("starts although its number was given to another program", async () => {
    takeUsed();
    const stale = [process.pid, join(dataDir, "postgres"), "1", "5999", "", "127.0.0.1", "1 1", "ready   "].join("\n");
    await writeFile(join(dataDir, "postgres", "postmaster.pid"), stale);

    const next = await start();

    expect(next.adopted).toBe(false);
    await next.stop();
  });

  test("says so when the folder was made by another Postgres", async () => {
    takeUsed();
    await writeFile(join(dataDir, "postgres", "PG_VERSION"), "12\n");

    await expect(start()).rejects.toThrow("was made by Postgres 12, but the programs at hand are of Postgres 18: set POSTGRES_BIN_DIR");
  });

  test("says so when there are no programs where POSTGRES_BIN_DIR points", async () => {
    await expect(startEmbeddedPostgres({ dataDir, binDir: "/nowhere" })).rejects.toThrow("/nowhere/postgres cannot be run");
  });

  test.runIf(process.getuid?.() === 0)("as root: says so when the account that Postgres runs as cannot enter the folder", async () => {
    await chmod(dataDir, 0o700);

    await expect(start()).rejects.toThrow(/the account (postgres|nobody) cannot enter .* set DATA_DIR/);
  });
});

async function canStillConnect(url: string): Promise<boolean> {
  return rowsOf(url, "select 1").then(
    () => true,
    () => false,
  );
}
