import type pg from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { cachedBalances } from "../../src/cache/cached-balances.ts";
import { createMemoryStore } from "../../src/cache/memory.ts";
import { createPool } from "../../src/db/pool.ts";
import type { ProgramContext } from "../../src/engine/commands.ts";
import { KeptBalances } from "../../src/ledger/kept-balances.ts";
import { type BalanceReader, createBalanceReader } from "../../src/ledger/read-balance.ts";
import { selectBalances } from "../../src/ledger/select-balances.ts";
import { ProgramDefinition } from "../../src/programs/definition.ts";
import { publish } from "../../src/programs/publish.ts";
import { createProgramRegistry } from "../../src/programs/registry.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { movableClock } from "../support/movable-clock.ts";

const log = pino({ level: "silent" });
const count = { inc: () => undefined };
const metrics = { cacheHits: count, cacheMisses: count, cacheErrors: count, cacheBreakerOpen: { set: () => undefined } };
const START = "2026-06-01T00:00:00Z";
const clock = movableClock(START);

let database: TestDatabase;
let publishing: pg.Pool;
let pool: pg.Pool;
let reader: BalanceReader;
let shop: ProgramContext;
let rival: ProgramContext;
/** Transactions of strong reads since the test began. */
let queries = 0;

const openPool = (name: string) => createPool({ url: database.url, name, max: 2, statementTimeoutMs: 5_000, lockTimeoutMs: 5_000, log });

async function givenProgram(id: string): Promise<ProgramContext> {
  const wallets = [{ id: "points" }, { id: "status", kind: "status" }];
  const definition = ProgramDefinition.parse({
    id,
    name: id,
    currency: "GBP",
    timeZone: "Europe/London",
    wallets,
    tiers: [{ id: "bronze" }],
  });
  await publish(publishing, { programId: 0, id }, { definition, publishedBy: "test", publishedAt: new Date(START), dryRun: false });
  const [row] = await database.query<{ program_id: number }>("select program_id from programs where id = $1", [id]);
  return { programId: row?.program_id ?? expect.fail("the program was not made"), id };
}

async function givenMember(
  { programId }: ProgramContext,
  id: string,
  account: { available?: number; pending?: number; debt?: number; nextChangeAt?: string } = {},
) {
  const { available = 0, pending = 0, debt = 0, nextChangeAt = null } = account;
  await database.query(
    `with member as (insert into members (program_id, id, status, enrolled_at) values ($1, $2, 'active', $7) returning member_key)
     insert into accounts (program_id, member_key, wallet, available, pending, debt, tier, version, next_change_at)
       select $1, member_key, 1, $3, $4, $5, 'bronze', 3, $6 from member`,
    [programId, id, available, pending, debt, nextChangeAt, START],
  );
}

async function givenLot(
  { programId }: ProgramContext,
  memberId: string,
  seq: number,
  lot: { points: number; availableAt?: string; expiresAt?: string },
) {
  await database.query(
    `insert into lots (program_id, member_key, seq, wallet, granted, remaining, is_pending, occurred_at, available_at, expires_at, source_kind, source_id)
       select $1, member_key, $3, 1, $4, $4, $5::timestamptz is not null, $7, coalesce($5, $7), coalesce($6::timestamptz, 'infinity'), 1, 'order'
         from members where program_id = $1 and id = $2`,
    [programId, memberId, seq, lot.points, lot.availableAt ?? null, lot.expiresAt ?? null, START],
  );
}

const readStrong = async (program: ProgramContext, memberId: string) => reader.read(program, memberId, { consistency: "strong" });
const readCached = (program: ProgramContext, memberId: string) => reader.read(program, memberId, { consistency: "cached" });

beforeAll(async () => {
  database = await cloneDatabase();
  publishing = openPool("publishing");
  pool = openPool("balances");
  pool.on("acquire", () => {
    queries += 1;
  });
  const cache = cachedBalances(createMemoryStore({ copiesMax: 1_000, ttlMs: 60_000 }), metrics);
  reader = createBalanceReader({
    pool,
    cache,
    kept: new KeptBalances(1_000),
    programs: createProgramRegistry(publishing, clock.now),
    now: clock.now,
    within: async (_programId, work) => work(),
    asked: () => undefined,
  });
  shop = await givenProgram("shop");
  rival = await givenProgram("rival");
});
afterAll(async () => {
  await pool.end();
  await publishing.end();
  await database.drop();
});
beforeEach(() => {
  clock.set(START);
  queries = 0;
});

describe("reading balances", () => {
  test("answers the account with every wallet of the program", async () => {
    await givenMember(shop, "plain", { available: 70, pending: 5, debt: 2 });

    const nothing = { available: 0, pending: 0, held: 0, debt: 0, accruedTotal: 0, redeemedTotal: 0, expiring: [] };
    expect((await readStrong(shop, "plain")).toJSON()).toEqual({
      memberId: "plain",
      tier: "bronze",
      version: 3,
      asOf: "2026-06-01T00:00:00.000Z",
      wallets: { points: { ...nothing, available: 70, pending: 5, debt: 2 }, status: nothing },
    });
  });

  test("an unknown member is member_not_found, also one of another program", async () => {
    await givenMember(rival, "theirs", { available: 1 });

    for (const memberId of ["nobody", "theirs"]) {
      await expect(readStrong(shop, memberId)).rejects.toMatchObject({ code: "member_not_found" });
      await expect(readCached(shop, memberId)).rejects.toMatchObject({ code: "member_not_found" });
    }
    expect((await readStrong(rival, "theirs")).wallets.points?.available).toBe(1);
  });

  test("a hundred strong reads at once are one query, each with its own member's balance", async () => {
    const ids = Array.from({ length: 100 }, (_, i) => `many-${i}`);
    for (const [i, id] of ids.entries()) await givenMember(shop, id, { available: i });

    const balances = await Promise.all([...ids, ...ids].map((id) => readStrong(shop, id)));

    expect(balances.map(({ memberId, wallets }) => [memberId, wallets.points?.available])).toEqual(
      [...ids, ...ids].map((id, i) => [id, i % 100]),
    );
    expect(queries).toBe(1);
  });

  test("an unknown member fails no other of its query, and programs do not mix", async () => {
    await givenMember(shop, "twin", { available: 1 });
    await givenMember(rival, "twin", { available: 2 });

    const reads = await Promise.allSettled([readStrong(shop, "twin"), readStrong(shop, "nobody"), readStrong(rival, "twin")]);

    expect(reads.map((read) => (read.status === "fulfilled" ? read.value.wallets.points?.available : read.reason.code))).toEqual([
      1,
      "member_not_found",
      2,
    ]);
    expect(queries).toBe(2);
  });

  test("a broken row fails its own member only", async () => {
    await givenMember(shop, "sound", { available: 1 });
    await givenMember(shop, "broken");
    await database.query("update accounts set tier = null where member_key = (select member_key from members where id = 'broken')");

    const [sound, broken] = await Promise.allSettled([readStrong(shop, "sound"), readStrong(shop, "broken")]);

    expect(sound).toMatchObject({ status: "fulfilled", value: { memberId: "sound" } });
    expect(broken).toMatchObject({ status: "rejected", reason: { name: "AssertionFailed" } });
  });

  test("cached and strong agree as the clock moves past activation and expiry", async () => {
    await givenMember(shop, "moving", { available: 10, pending: 5, debt: 0, nextChangeAt: "2026-06-10T00:00:00Z" });
    await givenLot(shop, "moving", 1, { points: 10, expiresAt: "2026-06-20T00:00:00Z" });
    await givenLot(shop, "moving", 2, { points: 5, availableAt: "2026-06-10T00:00:00Z" });

    for (const [now, available, pending, expiring] of [
      ["2026-06-09T23:59:59.999Z", 10, 5, 1],
      ["2026-06-10T00:00:00.000Z", 15, 0, 1],
      ["2026-06-19T23:59:59.999Z", 15, 0, 1],
      ["2026-06-20T00:00:00.000Z", 5, 0, 0],
    ] as const) {
      clock.set(now);
      const cached = await readCached(shop, "moving");
      expect(cached.wallets).toEqual((await readStrong(shop, "moving")).wallets);
      expect(cached.wallets.points).toMatchObject({ available, pending });
      expect(cached.wallets.points?.expiring).toHaveLength(expiring);
    }
  });

  test("whom the clock has changed is read together with whom it has not", async () => {
    const ids = ["due-1", "as-it-was", "due-2"];
    for (const [n, id] of ids.entries()) {
      await givenMember(shop, id, {
        available: 10 * n,
        pending: 5,
        nextChangeAt: n === 1 ? "2026-06-11T00:00:00Z" : "2026-06-10T00:00:00Z",
      });
      await givenLot(shop, id, 1, { points: 5, availableAt: n === 1 ? "2026-06-11T00:00:00Z" : "2026-06-10T00:00:00Z" });
      if (n > 0) await givenLot(shop, id, 2, { points: 10 * n, expiresAt: "2026-07-01T00:00:00Z" });
    }
    clock.set("2026-06-10T00:00:00Z");

    const read = await Promise.all(ids.map((id) => readStrong(shop, id)));

    expect(read.map(({ memberId, wallets }) => [memberId, wallets.points?.available, wallets.points?.pending])).toEqual([
      ["due-1", 5, 0],
      ["as-it-was", 10, 5],
      ["due-2", 25, 0],
    ]);
    expect(read.map(({ wallets }) => wallets.points?.expiring)).toEqual([
      [],
      [{ at: "2026-07-01T00:00:00.000Z", points: 10 }],
      [{ at: "2026-07-01T00:00:00.000Z", points: 20 }],
    ]);
    // Nothing is left open for those who come next.
    await database.query(
      "update accounts set available = available + 1 where member_key = (select member_key from members where id = 'due-1')",
    );
    expect((await readStrong(shop, "due-1")).wallets.points?.available).toBe(6);
  });

  test("lists the next dates at which points expire: summed, without those that are held, never end or are more than it shows", async () => {
    await givenMember(shop, "dated", { available: 100, pending: 7, nextChangeAt: "2026-07-01T00:00:00Z" });
    const day = (n: number) => new Date(Date.UTC(2026, 6, n)).toISOString();
    await givenLot(shop, "dated", 1, { points: 4, expiresAt: day(1) });
    await givenLot(shop, "dated", 2, { points: 5, expiresAt: day(1) });
    await givenLot(shop, "dated", 3, { points: 9, expiresAt: day(2) });
    await givenLot(shop, "dated", 4, { points: 7, availableAt: day(2), expiresAt: day(3) });
    await givenLot(shop, "dated", 5, { points: 50 });
    await givenLot(shop, "dated", 6, { points: 8, expiresAt: day(3) });
    for (let n = 7; n < 40; n += 1) await givenLot(shop, "dated", n, { points: n, expiresAt: day(n) });
    const held = "update lots set held = $1 where seq = $2 and member_key = (select member_key from members where id = 'dated')";
    await database.query(held, [9, 3]);
    await database.query(held, [3, 6]);

    const { wallets } = await readStrong(shop, "dated");

    expect(wallets.points?.expiring).toEqual([
      { at: "2026-07-01T00:00:00.000Z", points: 9 },
      { at: "2026-07-03T00:00:00.000Z", points: 12 },
      ...Array.from({ length: 22 }, (_, n) => ({ at: day(n + 7), points: n + 7 })),
    ]);
    expect(wallets.status?.expiring).toEqual([]);
  });

  test("a cached read asks the database once, and again past the next change", async () => {
    await givenMember(shop, "cached", { pending: 5, nextChangeAt: "2026-06-10T00:00:00Z" });
    await givenLot(shop, "cached", 1, { points: 5, availableAt: "2026-06-10T00:00:00Z" });

    for (let i = 0; i < 3; i += 1) await readCached(shop, "cached");
    expect(queries).toBe(1);

    clock.set("2026-06-10T00:00:00Z");
    for (let i = 0; i < 3; i += 1) expect((await readCached(shop, "cached")).wallets.points?.available).toBe(5);
    expect(queries).toBe(2);
  });

  test("reads the rows of those who are asked for, and not those of all members", async () => {
    await database.query(
      `with member as (insert into members (program_id, id, status, enrolled_at)
                         select $1, 'of-many-' || n, 'active', $2 from generate_series(1, 5000) n returning member_key)
       insert into accounts (program_id, member_key, wallet, available, tier, version) select $1, member_key, 1, 7, 'bronze', 3 from member`,
      [shop.programId, START],
    );
    await database.query("analyze members, accounts");
    const readRows = async () => {
      const [row] = await database.query<{ rows: number }>(
        "select sum(seq_tup_read + idx_tup_fetch)::integer as rows from pg_stat_user_tables where relname in ('members', 'accounts')",
      );
      return row?.rows ?? expect.fail("there are no statistics");
    };
    const before = await readRows();

    const own = openPool("asks-for-thirty");
    const ids = Array.from({ length: 30 }, (_, n) => `of-many-${100 * (n + 1)}`);
    const { found } = await selectBalances(own, shop.programId, { memberIds: ids }, new Date(START));
    await own.end();
    const asking = "select from pg_stat_activity where application_name = 'asks-for-thirty'";
    await expect.poll(() => database.query(asking)).toEqual([]);

    expect(found.size).toBe(30);
    // Who is asked for and their account, of each: they stand for themselves.
    expect((await readRows()) - before).toBe(2 * ids.length);
  });

  test("after a lost connection the next read works", async () => {
    await givenMember(shop, "survivor", { available: 1 });
    await readStrong(shop, "survivor");
    await database.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'balances'");

    await expect.poll(() => readStrong(shop, "survivor").catch(() => undefined)).toMatchObject({ memberId: "survivor" });
  });
});
