import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

/** Column by which a table's rows are spread; null: it lies everywhere, or on the coordinator alone. */
type Placement = { table: string; key: string | null; beside: string };

/** What Citus offers, for a Postgres without it: keeps what it is asked for. */
const STUBS = `
  create table placements (name text primary key, key text, beside text not null);
  create function create_distributed_table(text, text, colocate_with text default 'default', shard_count integer default 32)
    returns void language sql as $$ insert into placements values ($1, $2, case when colocate_with in ('default', 'none') then $1 else colocate_with end) $$;
  create function create_reference_table(text) returns void language sql as $$ insert into placements values ($1, null, 'everywhere') $$;
  create function citus_add_local_table_to_metadata(text) returns void language sql as $$ insert into placements values ($1, null, 'coordinator') $$;`;

async function placed(database: TestDatabase): Promise<Map<string, Placement>> {
  const file = await readFile(new URL("../../migrations/distributed/0001_placement.sql", import.meta.url), "utf8");
  await database.query(STUBS);
  await database.query(file.replace("create extension if not exists citus;", ""));
  const rows = await database.query<{ name: string; key: string | null; beside: string }>("select name, key, beside from placements");
  return new Map(rows.map(({ name, ...placement }) => [name, { table: name, ...placement }]));
}

/** What each named statement that goes over a connection of this process says. */
function recordStatements(): { texts: Map<string, string>; stop(): void } {
  type Wire = { parse(query: { name?: string; text: string }, more?: boolean): void };
  const { prototype } = (pg as unknown as { Connection: { prototype: Wire } }).Connection;
  const { parse } = prototype;
  const texts = new Map<string, string>();
  prototype.parse = function record(query, more) {
    if (query.name) texts.set(query.name, query.text);
    parse.call(this, query, more);
  };
  const stop = () => {
    prototype.parse = parse;
  };
  return { texts, stop };
}

type PlanNode = {
  "Relation Name"?: string;
  "Parent Relationship"?: string;
  Plans?: PlanNode[];
} & Record<string, unknown>;
const CONDITIONS = ["Index Cond", "Recheck Cond", "Filter", "Hash Cond", "Merge Cond", "Join Filter"];

/** The tables that a plan reads, each with what its rows are chosen by: conditions of its own, and of the joins above it. */
function readsOf(node: PlanNode, above: readonly string[] = []): { table: string; conditions: string[] }[] {
  const own = CONDITIONS.flatMap((name) => (typeof node[name] === "string" ? [node[name]] : []));
  const below = (node.Plans ?? []).flatMap((plan) => readsOf(plan, [...own, ...above]));
  const table = node["Relation Name"];
  if (table === undefined || node["Node Type"] === "ModifyTable") return below;
  const ofIndex = (node.Plans ?? []).flatMap((plan) => CONDITIONS.flatMap((name) => (typeof plan[name] === "string" ? [plan[name]] : [])));
  return [{ table, conditions: [...own, ...ofIndex, ...above] }, ...below];
}

const choosesBy = (key: string, conditions: readonly string[]) => {
  const equality = new RegExp(`\\b${key} = |= (?:\\w+\\.)?${key}\\b`);
  return conditions.some((condition) => equality.test(condition));
};

const BY_ID = "a member is found by an id, which any shard may have";
/** Reads that ask every shard, and why. A new one has to be thought about. */
const ASKS_ALL: Record<string, string> = {
  "lock_members: members": BY_ID,
  "select_balances: members": BY_ID,
  "load_activity: members": BY_ID,
  "load_hold_lots: members": BY_ID,
  "load_lots_to_spend: members": BY_ID,
  "load_order_lots: members": BY_ID,
  "load_orders: members": BY_ID,
  "load_redemption_lots: members": BY_ID,
  "load_redemptions: members": BY_ID,
  "load_segments: members": BY_ID,
  "load_held_by_quotes: quote_reservations": "what quotes hold of a budget of the program is held by members of all shards",
};

describe("on a Postgres that is distributed by member", () => {
  let distributed: TestDatabase;
  let placements: Map<string, Placement>;
  let loyalty: TestService;
  let statements: ReturnType<typeof recordStatements>;
  beforeAll(async () => {
    distributed = await cloneDatabase();
    placements = await placed(distributed);
    statements = recordStatements();
    loyalty = await startTestService();
  });
  afterAll(async () => {
    statements.stop();
    await loyalty.close();
    await distributed.drop();
  });

  test("each table has its place", async () => {
    const tables = await distributed.query<{ name: string }>(
      "select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and relname <> 'placements'",
    );
    expect([...placements.keys()].toSorted()).toEqual(tables.map(({ name }) => name).toSorted());
    const byMember = await distributed.query<{ name: string }>(
      "select relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid where attname = 'member_key' and relkind = 'r' and relnamespace = 'public'::regnamespace",
    );
    const elsewhere = byMember.flatMap(({ name }) => (placements.get(name)?.key === "member_key" ? [] : [name]));
    // Found by the id of a claim, or kept in the order of the program.
    expect(elsewhere.toSorted()).toEqual(["audit", "directory"]);
    for (const { key, beside } of placements.values()) if (key === "member_key") expect(beside).toBe("accounts");
  });

  test("what is unique is so within one shard", async () => {
    const keys = await distributed.query<{ table: string; index: string; columns: string[] }>(
      `select i.indrelid::regclass::text as "table", i.indexrelid::regclass::text as index,
              array(select attname::text from pg_attribute where attrelid = i.indexrelid order by attnum) as columns
         from pg_index i join pg_class c on c.oid = i.indrelid
        where i.indisunique and c.relnamespace = 'public'::regnamespace and c.relname <> 'placements'`,
    );
    expect(keys.length).toBeGreaterThan(50);
    const spread = keys.filter(({ table, columns }) => {
      const key = placements.get(table)?.key ?? null;
      return key !== null && !columns.includes(key);
    });
    expect(spread.map(({ index }) => index)).toEqual([]);
  });

  test("no foreign key leads from one shard to another", async () => {
    const foreign = await distributed.query<{ from: string; to: string }>(
      `select conrelid::regclass::text as "from", confrelid::regclass::text as "to" from pg_constraint
        where contype = 'f' and connamespace = 'public'::regnamespace`,
    );
    const apart = foreign.filter(({ from, to }) => {
      const [one, other] = [placements.get(from), placements.get(to)];
      return other?.beside !== "everywhere" && one?.beside !== other?.beside;
    });
    expect(apart).toEqual([]);
  });

  test("the hot path reads of members only what lies in their shards", async () => {
    await useAll(loyalty);
    const database = loyalty.database;
    await database.query("set enable_seqscan = off");
    const asking: string[] = [];
    let reads = 0;
    // What begins a transaction reads nothing, and has no plan.
    const planned = [...statements.texts].filter(([, text]) => !text.startsWith("begin"));
    for (const [name, text] of planned) {
      for (const { table, conditions } of readsOf(await planOf(database, name, text))) {
        const key = placements.get(table)?.key ?? null;
        if (key === null) continue;
        reads += 1;
        if (!choosesBy(key, conditions)) asking.push(`${name}: ${table}`);
      }
    }
    expect(reads).toBeGreaterThan(45);
    expect([...new Set(asking)].toSorted()).toEqual(Object.keys(ASKS_ALL).toSorted());
  });
});

async function planOf(database: TestDatabase, name: string, text: string): Promise<PlanNode> {
  await database.query("set plan_cache_mode = force_generic_plan");
  await database.query(`prepare "plan" as ${text}`);
  try {
    const [{ count } = { count: 0 }] = await database.query<{ count: number }>(
      "select cardinality(parameter_types) as count from pg_prepared_statements where name = 'plan'",
    );
    const values = Array.from({ length: count }, () => "null").join(", ");
    const [row] = await database.query<{ "QUERY PLAN": { Plan: PlanNode }[] }>(
      `explain (format json) execute "plan"${count === 0 ? "" : `(${values})`}`,
    );
    const plan = row?.["QUERY PLAN"][0]?.Plan;
    if (plan === undefined) throw new Error(`${name} has no plan`);
    return plan;
  } finally {
    await database.query('deallocate "plan"');
  }
}

/** Each operation that a storefront calls, so that its statements are known. */
async function useAll(loyalty: TestService): Promise<void> {
  await loyalty.createProgram(SHOP, {
    ordersCount: "completed",
    wallets: [{ id: "points", expiry: "P60D", payWithPoints: { points: 1, amount: 1 } }, { id: "coins" }],
    rewards: [{ id: "mug", label: "Mug", price: [{ wallet: "points", points: 1 }], gives: { kind: "custom" }, fulfilment: "confirm" }],
    rules: [{ id: "limited", effects: [{ kind: "bonus_points", wallet: "coins", points: 1 }], budgets: [{ of: "uses", atMost: 9 }] }],
    events: [{ type: "visit" }],
    coupons: [{ id: "five", gives: [{ kind: "discount_amount", amount: 500 }] }],
  });
  const now = loyalty.clock.now().toISOString();
  const post = (status: number, path: string, body: object) => loyalty.expectStatus(status, "POST", path, { body });
  await post(201, "/v1/members", { id: "M1", displayName: "One" });
  for (const id of ["o-1", "o-2", "o-3"]) {
    await post(201, "/v1/orders", orderBody(id, { occurredAt: now, unitPrice: 9_000 }));
    await post(200, `/v1/orders/${id}/complete`, { occurredAt: now });
  }
  await post(200, "/v1/quotes", { ...orderBody("q"), id: undefined, occurredAt: now });
  await post(201, "/v1/orders", { ...orderBody("o-4", { occurredAt: now }), payWithPoints: { points: 5 } });
  const { body: coupon } = await loyalty.expectStatus<{ code: string }>(201, "POST", "/v1/members/M1/coupons", {
    body: { coupon: "five", reason: "test" },
    headers: { "idempotency-key": "five" },
  });
  await post(201, "/v1/orders", { ...orderBody("o-5", { occurredAt: now }), coupons: [coupon.code] });
  await post(200, "/v1/orders/o-5/cancel", { occurredAt: now });
  await post(201, "/v1/orders/o-1/returns", { id: "r-1", occurredAt: now, lines: [{ line: 1, quantity: 1 }] });
  await post(200, "/v1/orders/o-2/cancel", { occurredAt: now });
  await post(201, "/v1/events", { id: "e-1", memberId: "M1", type: "visit", occurredAt: now, data: {} });
  await post(201, "/v1/members/M1/holds", { id: "h-1", points: 5 });
  await post(200, "/v1/members/M1/holds/h-1/capture", {});
  await post(201, "/v1/members/M1/redemptions", { id: "x-1", reward: "mug", channel: "online" });
  await post(200, "/v1/redemptions/x-1/cancel", { reason: "test" });
  await loyalty.expectStatus(200, "GET", "/v1/members/M1/balance?consistency=strong");
  await post(200, "/v1/balances", { memberIds: ["M1"] });
}
