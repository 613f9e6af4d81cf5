import { once } from "node:events";
import { readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isAlive, readPostmaster } from "../../src/db/embedded/postmaster.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { readProgram } from "../support/service.ts";
import { runServiceProcess, startServiceProcess } from "../support/service-process.ts";
import { makeTestFolder } from "../support/test-folder.ts";

const ROOT_KEY = "loy_root_of_a_test_and_nothing_else";

let dataDir: string;
let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  dataDir = await makeDataDir();
});
afterEach(() => clear(dataDir));

const makeDataDir = () => makeTestFolder("main");

async function clear(folder: string): Promise<void> {
  const left = await readPostmaster(join(folder, "postgres"));
  if (left !== undefined && isAlive(left.pid)) process.kill(left.pid, "SIGQUIT");
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

describe("a service that cannot start says why in one line, with exit code 1", () => {
  const refused = async (settings: Record<string, string>) => {
    const { code, stdout, stderr } = await runServiceProcess({ DATA_DIR: dataDir, ...settings });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    return stderr.trimEnd();
  };

  test("a wrong setting", async () => {
    expect(await refused({ MAX_BATCH: "many" })).toBe("MAX_BATCH must be a whole number");
  });

  test("a database that does not answer", async () => {
    expect(await refused({ DATABASE_URL: "postgres://u:secret@127.0.0.1:1/none" })).toBe(
      "the database of DATABASE_URL cannot be reached: connect ECONNREFUSED 127.0.0.1:1",
    );
  });

  test("a wrong password, which is not repeated", async () => {
    const url = new URL(database.url);
    url.password = "wrong-secret";

    const line = await refused({ DATABASE_URL: url.href });

    expect(line).toContain("the database of DATABASE_URL cannot be reached: password authentication failed");
    expect(line).not.toContain("wrong-secret");
  });

  test("a migration that was changed", async () => {
    const own = await cloneDatabase();
    await own.query("update schema_migrations set checksum = 'x' where name = '0001_foundation.sql'");

    expect(await refused({ DATABASE_URL: own.url })).toBe("the migration 0001_foundation.sql was changed after it was applied");
    await own.drop();
  });

  test("a port in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;

    expect(await refused({ DATABASE_URL: database.url, LOYALTY_ROOT_KEY: ROOT_KEY, PORT: String(port) })).toBe(
      `PORT ${port} is in use by another program: set another one`,
    );
    other.close();
  });
});

describe("the root key", () => {
  test("is made once, shown once, and kept in a file for its owner only", async () => {
    const first = await startServiceProcess({ DATA_DIR: dataDir, DATABASE_URL: database.url });
    first.signal("SIGTERM");
    expect(await first.ended).toBe(0);
    const second = await startServiceProcess({ DATA_DIR: dataDir, DATABASE_URL: database.url });
    const key = (await readFile(join(dataDir, "root-key"), "utf8")).trim();

    expect(key).toMatch(/^loy_root_[\w-]{43}$/);
    expect(first.stdout()).toContain(key);
    expect(second.stdout()).not.toContain(key);
    expect(second.stdout()).toContain(`its documentation is at ${second.url}/docs`);
    expect((await stat(join(dataDir, "root-key"))).mode & 0o777).toBe(0o600);
    const answer = await fetch(`${second.url}/v1/programs`, { headers: { authorization: `Bearer ${key}` } });
    expect(answer.status).toBe(200);
    second.signal("SIGTERM");
    expect(await second.ended).toBe(0);
  });

  test("of LOYALTY_ROOT_KEY is not written anywhere", async () => {
    const service = await startServiceProcess({ DATA_DIR: dataDir, DATABASE_URL: database.url, LOYALTY_ROOT_KEY: ROOT_KEY });
    service.signal("SIGINT");

    expect(await service.ended).toBe(0);
    expect(service.stdout()).not.toContain(ROOT_KEY);
    await expect(stat(join(dataDir, "root-key"))).rejects.toThrow("ENOENT");
  });
});

describe("a service that is stopped", () => {
  const asRoot = { authorization: `Bearer ${ROOT_KEY}`, "loyalty-program": "retail-gbp", "content-type": "application/json" };
  const put = async (url: string) =>
    fetch(`${url}/v1/program`, { method: "PUT", headers: asRoot, body: JSON.stringify(await readProgram("retail-gbp")) });
  const publish = async (url: string) => {
    let answer = await put(url);
    // A machine that is slow just after the start says so: it is asked again, as a client would.
    for (; answer.status === 503; answer = await put(url)) await sleep(Number(answer.headers.get("retry-after")) * 1_000);
    expect(answer.status).toBe(200);
  };
  const enrol = (url: string, id: string) => fetch(`${url}/v1/members`, { method: "POST", headers: asRoot, body: JSON.stringify({ id }) });

  test("by SIGTERM finishes what is in flight: every answer it gave holds, and nothing else was done", async () => {
    const service = await startServiceProcess({ DATA_DIR: dataDir, DATABASE_URL: database.url, LOYALTY_ROOT_KEY: ROOT_KEY });
    await publish(service.url);
    const asked = Array.from({ length: 400 }, (_, n) => `member-${n}`);

    const enrolling = asked.map((id) => enrol(service.url, id));
    await Promise.race(enrolling);
    service.signal("SIGTERM");
    const answers = await Promise.allSettled(enrolling);

    const statuses = answers.map((answer) => (answer.status === "fulfilled" ? answer.value.status : "no connection"));
    const enrolled = asked.filter((_, n) => statuses[n] === 201);
    expect(await service.ended).toBe(0);
    expect(enrolled.length).toBeGreaterThan(0);
    expect([...new Set(statuses)].filter((status) => status !== 201 && status !== 503 && status !== "no connection")).toEqual([]);
    const kept = await database.query<{ id: string }>("select id from members");
    expect(kept.map(({ id }) => id).sort()).toEqual(enrolled.sort());
  });

  describe("and has its embedded Postgres", () => {
    let settings: { DATA_DIR: string; LOYALTY_ROOT_KEY: string };
    beforeAll(async () => {
      settings = { DATA_DIR: await makeDataDir(), LOYALTY_ROOT_KEY: ROOT_KEY };
    });
    afterAll(() => clear(settings.DATA_DIR));

    test("by Ctrl-C, which reaches its whole process group, keeps it until the end", async () => {
      const service = await startServiceProcess(settings);
      await publish(service.url);
      const answered = await Promise.all(Array.from({ length: 20 }, (_, n) => enrol(service.url, `member-${n}`)));
      service.signal("SIGINT", "group");

      expect(await service.ended).toBe(0);
      expect(await readPostmaster(join(settings.DATA_DIR, "postgres"))).toBeUndefined();
      expect(answered.map(({ status }) => status)).toEqual(Array(20).fill(201));
      const next = await startServiceProcess(settings);
      expect((await enrol(next.url, "member-19")).status).toBe(200);
      next.signal("SIGTERM");
      expect(await next.ended).toBe(0);
    });

    test("by kill -9 leaves data that the next start uses, without a wait", async () => {
      const killed = await startServiceProcess(settings);
      await publish(killed.url);
      expect((await enrol(killed.url, "ada")).status).toBe(201);
      killed.signal("SIGKILL", "group");
      await killed.ended;

      const next = await startServiceProcess(settings);

      expect((await enrol(next.url, "ada")).headers.get("idempotent-replayed")).toBe("true");
      next.signal("SIGTERM");
      expect(await next.ended).toBe(0);
      expect(await readPostmaster(join(settings.DATA_DIR, "postgres"))).toBeUndefined();
    });
  });
});
