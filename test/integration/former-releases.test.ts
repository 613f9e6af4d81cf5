import { readdirSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { migrate } from "../../src/db/migrations.ts";
import { cloneDatabase, databaseUrl, type TestDatabase } from "../support/database.ts";
import { type ReleaseDatabase, readRelease, restoreReleaseDatabase } from "../support/release-database.ts";
import { startTestService, type TestService } from "../support/service.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url);
const RELEASES = readdirSync(FIXTURES).filter((file) => file.startsWith("release-"));

test("there is a database of a former release", () => expect(RELEASES).not.toEqual([]));

describe.each(RELEASES)("the database of %s", (file) => {
  let release: ReleaseDatabase;
  let database: TestDatabase;
  let loyalty: TestService;
  let programs: string[];
  beforeAll(async () => {
    release = await readRelease(new URL(file, FIXTURES));
    database = await cloneDatabase({ empty: true });
    await restoreReleaseDatabase(database.url, release);
    loyalty = await startTestService({ database, now: release.at });
    const rows = await database.query<{ id: string }>("select id from programs where version is not null order by id");
    programs = rows.map(({ id }) => id);
  });
  afterAll(async () => {
    await loyalty?.close();
    await database.drop();
  });

  const of = (program: string) => ({ headers: { "loyalty-program": program } });
  const differences = async (program: string) =>
    (await loyalty.expectStatus<{ differences: unknown[] }>(200, "GET", "/v1/verification", of(program))).body.differences;

  test("holds what is there to be taken over", () => {
    expect(programs.length).toBeGreaterThanOrEqual(6);
    for (const table of [
      "orders",
      "returns",
      "lots",
      "holds",
      "coupons",
      "coupon_codes",
      "redemptions",
      "merges",
      "tier_changes",
      "commands",
    ]) {
      expect(release.tables[table]?.length, table).toBeGreaterThan(0);
    }
  });

  test("proves itself after this release's migrations, and goes on doing so after what is due was done", async () => {
    for (const program of programs) expect(await differences(program), program).toEqual([]);
    await loyalty.runJobs();
    for (const program of programs) expect(await differences(program), program).toEqual([]);
  });

  test("keeps every order: it is read and explained, and what is left of it can be cancelled", async () => {
    const orders = await database.query<{ id: string; program: string }>(
      "select o.order_id as id, p.id as program from orders o join programs p using (program_id) order by 2, 1",
    );
    expect(orders.length).toBeGreaterThan(30);
    let cancelled = 0;
    for (const { id, program } of orders) {
      await loyalty.expectStatus(200, "GET", `/v1/orders/${id}`, of(program));
      await loyalty.expectStatus(200, "GET", `/v1/orders/${id}/explanation`, of(program));
      const { status, body } = await loyalty.request("POST", `/v1/orders/${id}/cancel`, {
        ...of(program),
        body: { occurredAt: release.at },
      });
      // 409: the program takes nothing back that was spent.
      expect([200, 201, 409], JSON.stringify(body)).toContain(status);
      if (status !== 409) cancelled += 1;
    }
    expect(cancelled).toBeGreaterThan(30);
    for (const program of programs) expect(await differences(program), program).toEqual([]);
  });

  test("keeps every member, who earns again", async () => {
    const members = await database.query<{ id: string; program: string; currency: string }>(
      `select m.id, p.id as program, r.definition->>'currency' as currency
         from members m join programs p using (program_id) join rule_sets r on r.program_id = p.program_id and r.version = p.version
        where m.alias_of is null and m.status = 'active' order by 2, 1`,
    );
    expect(members.length).toBeGreaterThan(10);
    for (const [index, { id, program, currency }] of members.entries()) {
      await loyalty.expectStatus(200, "GET", `/v1/members/${id}/balance?consistency=strong`, of(program));
      const lines = [{ line: 1, sku: "new", quantity: 1, unitPrice: 12_345 }];
      const body = { id: `after-${index}`, memberId: id, occurredAt: release.at, currency, lines };
      await loyalty.expectStatus(201, "POST", "/v1/orders", { ...of(program), body });
    }
    for (const program of programs) expect(await differences(program), program).toEqual([]);
  });

  test("has no rows of audit of its time, and is asked for those of what was changed by hand since", async () => {
    const [known] = await database.query<{ id: string; program: string; wallet: string }>(
      `select m.id, p.id as program, w.id as wallet from members m join programs p using (program_id) join wallets w using (program_id)
        where m.alias_of is null and m.status = 'active' and w.wallet = 1 order by 2, 1 limit 1`,
    );
    const { id, program, wallet } = known ?? { id: "", program: "", wallet: "" };
    const body = { id: "since", wallet, points: 1, reason: "a kind word" };
    await loyalty.expectStatus(201, "POST", `/v1/members/${id}/adjustments`, { ...of(program), body });
    const made = await loyalty.expectStatus<{ id: string }>(201, "POST", "/v1/keys", {
      ...of(program),
      body: { name: "since", scopes: ["members:read"] },
    });
    expect(await differences(program)).toEqual([]);

    await database.query("begin; set local session_replication_role = replica; delete from audit; commit");

    expect(await differences(program)).toEqual([
      expect.objectContaining({ check: "audited_command", member: id, subject: "adjustment since", actual: "only the change" }),
      expect.objectContaining({ check: "audit", subject: `key ${made.body.id.replace("key_", "")}`, actual: "none" }),
    ]);
  });
});

test.each(RELEASES)("the database of %s is taken over by an owner that is no superuser", async (file) => {
  const release = await readRelease(new URL(file, FIXTURES));
  const database = await cloneDatabase({ empty: true });
  const owner = `owner_of_${database.name}`;
  await database.query(`create role ${owner} login password 'secret' createrole`);
  onTestFinished(async () => {
    await database.drop();
    const server = new pg.Client({ connectionString: databaseUrl(database.url, "postgres") });
    await server.connect();
    await server.query(`drop role ${owner}`);
    await server.end();
  });
  await database.query(`grant loyalty_service to ${owner} with admin option`);
  await database.query(`alter database ${database.name} owner to ${owner}`);
  const url = new URL(database.url);
  [url.username, url.password] = [owner, "secret"];

  await restoreReleaseDatabase(database.url, release, url.href);
  const { applied } = await migrate(url.href);
  const loyalty = await startTestService({ database, now: release.at });
  const rows = await database.query<{ id: string }>("select id from programs where version is not null");
  const found = await Promise.all(
    rows.map(({ id }) =>
      loyalty.expectStatus<{ differences: unknown[] }>(200, "GET", "/v1/verification", { headers: { "loyalty-program": id } }),
    ),
  );
  await loyalty.close();

  expect(applied).toContain("0035_event_feed.sql");
  expect(found.flatMap(({ body }) => body.differences)).toEqual([]);
  const forced = await database.query<{ forced: boolean }>("select relforcerowsecurity as forced from pg_class where relname = 'events'");
  expect(forced).toEqual([{ forced: true }]);
});
