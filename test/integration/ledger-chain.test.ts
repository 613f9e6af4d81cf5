import pg from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPool } from "../../src/db/pool.ts";
import { inProgram } from "../../src/db/transaction.ts";
import { sealBlock } from "../../src/ledger-chain/seal-block.ts";
import { lockChain } from "../../src/ledger-chain/store.ts";
import type { Difference } from "../../src/verify/difference.ts";
import { verifyChain } from "../../src/verify/verify-chain.ts";
import { CHAIN_CORRUPTIONS } from "../support/corruptions.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

type Head = { program: string; block: number; hash: string; entries: number; sealedAt: string | null };
type Verified = { chain?: object; differences: Difference[]; differenceCount: number };

const ZEROS = "0".repeat(64);

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService();
  await loyalty.createProgram(SHOP);
});
afterAll(() => loyalty.close());

const order = (id: string, memberId: string) => loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(id, { memberId }) });
const readHead = async (): Promise<Head> => (await loyalty.expectStatus<Head>(200, "GET", "/v1/ledger/chain/head")).body;
const verified = async (query: string): Promise<Verified> =>
  (await loyalty.expectStatus<Verified>(200, "GET", `/v1/verification?${query}`)).body;

/** What has a place in the feed is sealed. */
async function seal(): Promise<void> {
  await loyalty.numberEvents();
  await loyalty.runJobs();
}

async function withClient<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: loyalty.database.url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

describe("the hash chain over entries", () => {
  let exported: Head;

  test("begins with nothing, and grows by what was committed", async () => {
    expect(await readHead()).toEqual({ program: "test-shop", block: 0, hash: ZEROS, entries: 0, sealedAt: null });
    for (const id of ["a-1", "a-2"]) await order(id, "A");
    await order("b-1", "B");

    expect((await verified("chain=true")).chain).toEqual({ blocks: 0, entries: 0, unsealed: 3 });
    await seal();

    const first = await readHead();
    expect(first).toMatchObject({ block: 1, entries: 3 });
    await loyalty.runJobs();
    expect(await readHead()).toEqual(first); // nothing new, no block
  });

  test("puts what is committed later into later blocks, and names who is merged too", async () => {
    await order("a-3", "A");
    await order("c-1", "C");
    await seal();
    exported = await readHead();
    const merge = { id: "merge", from: "B", into: "C", reason: "one person" };
    await loyalty.expectStatus(201, "POST", "/v1/merges", { body: merge });
    await order("a-4", "A");
    await seal();

    expect((await readHead()).block).toBe(3);
    const { chain, differences } = await verified(`head=${exported.block}:${exported.hash}`);
    expect(differences).toEqual([]);
    const [{ entries } = { entries: 0 }] = await loyalty.database.query<{ entries: number }>(
      "select count(*)::integer as entries from entries",
    );
    expect(chain).toEqual({ blocks: 3, entries, unsealed: 0 });
  });

  test("has one sealer at a time, and is changed by nobody", async () => {
    await order("a-5", "A");
    await loyalty.numberEvents();
    const { readPool } = loyalty.inside;
    const before = await readHead();
    await inProgram(readPool, 1, async (tx) => {
      await lockChain(tx, 1);
      await loyalty.runJobs(); // the other one seals nothing
      expect(await readHead()).toEqual(before);
    });
    await loyalty.runJobs();
    expect(await readHead()).toMatchObject({ block: 4, entries: before.entries + 1 });

    for (const sql of ["update ledger_blocks set entries = 1", "delete from ledger_block_members", "truncate ledger_blocks"]) {
      await expect(loyalty.database.query(sql)).rejects.toThrow("append-only");
    }
  });

  test("a head of another chain, and one that the chain has not reached, are differences", async () => {
    const others = await verified(`head=1:${exported.hash}`);
    expect(others.differences).toEqual([
      expect.objectContaining({ check: "chain_head", subject: "exported block 1", expected: exported.hash }),
    ]);
    const ahead = await verified(`head=99:${exported.hash}`);
    expect(ahead.differences).toEqual([expect.objectContaining({ check: "chain_head", subject: "exported block 99" })]);
  });

  test.each(CHAIN_CORRUPTIONS)("%s is found", async (_what, sql, checks) => {
    const { block, hash } = await readHead();
    const found = await withClient(async (client) => {
      await client.query(`begin; set local session_replication_role = replica; ${sql}`);
      const differences: Difference[] = [];
      const report = { show: (difference: Difference) => differences.push(difference), count: () => undefined };
      await verifyChain({ client, programId: 1, report }, { block, hash });
      return differences;
    });

    expect([...new Set(found.map(({ check }) => check))].sort()).toEqual(checks);
    const ofMember = found.filter(({ check }) => check === "sealed_entries");
    expect(ofMember.every(({ member }) => member === "A")).toBe(true);
  });
});

describe("a member of more entries than one statement hashes", () => {
  let shop: TestService;
  beforeAll(async () => {
    shop = await startTestService();
    await shop.createProgram(SHOP);
  });
  afterAll(() => shop.close());

  const place = (id: string, memberId: string) => shop.expectStatus(201, "POST", "/v1/orders", { body: orderBody(id, { memberId }) });

  /** On a connection whose statistics are there when it has ended. */
  async function onOwnConnection<T>(work: (pool: pg.Pool) => Promise<T>): Promise<T> {
    const name = "on-its-own";
    const log = pino({ level: "silent" });
    const pool = createPool({ url: shop.database.url, name, max: 1, statementTimeoutMs: 30_000, lockTimeoutMs: 5_000, log });
    const result = await work(pool);
    await pool.end();
    await expect.poll(() => shop.database.query("select from pg_stat_activity where application_name = $1", [name])).toEqual([]);
    return result;
  }

  const seal = async () => {
    await shop.numberEvents();
    return onOwnConnection((pool) => sealBlock(pool, 1));
  };
  const verify = () =>
    onOwnConnection(async (pool) => {
      const client = await pool.connect();
      const differences: Difference[] = [];
      const report = { show: (difference: Difference) => differences.push(difference), count: () => undefined };
      const chain = await verifyChain({ client, programId: 1, report }, undefined);
      client.release();
      return { chain, differences };
    });
  const entriesRead = async () => {
    const [row] = await shop.database.query<{ rows: number }>(
      "select (seq_tup_read + idx_tup_fetch)::integer as rows from pg_stat_user_tables where relname = 'entries'",
    );
    return row?.rows ?? expect.fail("there are no statistics");
  };

  test("is sealed with the others of its block", async () => {
    for (const id of ["few", "many", "none"]) await place(`first-${id}`, id);
    // Texts that JSON escapes, and numbers as large as there are.
    await shop.database.query(
      `insert into entries (program_id, member_key, seq, wallet, kind, from_account, to_account, points, available_after, rule_set, occurred_at, recorded_at,
                            source_kind, source_id)
         select e.program_id, e.member_key, e.seq + n, wallet, kind, from_account, to_account, 9007199254740991 - n, n, rule_set,
                e.occurred_at + n * interval '1 microsecond', e.recorded_at, source_kind, 'a "quoted" \\ é' || n
           from entries e join members m on m.member_key = e.member_key and m.id = 'many', generate_series(1, 50100) n`,
    );
    await shop.database.query(
      "update accounts a set entry_seq = entry_seq + 50100 from members m where m.member_key = a.member_key and m.id = 'many'",
    );

    expect(await seal()).toMatchObject({ entries: 50_103, hasMore: false });
    expect(await verify()).toEqual({ chain: { blocks: 1, entries: 50_103, unsealed: 0 }, differences: [] });
  });

  test("is sealed in another way when only a few are new, and what is sealed is not read again", async () => {
    for (const id of ["few", "many", "new"]) await place(`second-${id}`, id);
    const before = await entriesRead();

    expect(await seal()).toMatchObject({ entries: 3 });
    expect((await entriesRead()) - before).toBeLessThan(100);
    expect(await verify()).toEqual({ chain: { blocks: 2, entries: 50_106, unsealed: 0 }, differences: [] });
  });
});
