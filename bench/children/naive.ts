import fastify from "fastify";
import pg from "pg";
import type { OrderSample } from "../limits/order-sample.ts";

/**
 * What one would write first: a transaction per request, statement by statement, into the same tables with the same constraints and
 * triggers, the same rows. Rules, tiers and the checks of a body are spared: what they decide is given, as is row-level security.
 * Statements are prepared, and the pool is of the size that served it best on two cores (of 4, 8, 16 and 32).
 */
const [, , url = "", sampleText = "{}"] = process.argv;
const POOL_SIZE = 16;
const sample = JSON.parse(sampleText) as OrderSample;
const events = JSON.parse(sample.events) as { type: string; data: object }[];

type Order = { id: string; memberId: string; occurredAt: string };
type Account = { entry_seq: string; version: string; available: string; windows: Record<string, number> | null };

const pool = new pg.Pool({ connectionString: url, max: POOL_SIZE });
const app = fastify({ logger: false });

const statement = (name: string, text: string) => (values: unknown[]) => ({ name, text, values: [sample.programId, ...values] });
const findMember = statement("member", "select member_key from members where program_id = $1 and id = $2");
const claimId = statement(
  "claim",
  "insert into directory (program_id, kind, id, member_key, hash) values ($1, 1, $2, $3, md5($4)::uuid) on conflict do nothing",
);
const lockAccount = statement(
  "lock",
  `select entry_seq, version, available, windows from accounts where program_id = $1 and member_key = $2 and wallet = 1 for no key update`,
);
const insertOrder = statement(
  "order",
  `insert into orders (program_id, member_key, order_id, status, occurred_at, counted_at, cart, decision, answer, lots)
   values ($1, $2, $3, 'placed', $4, $4, $5, $6, $7, array[$8::bigint])`,
);
const insertEntry = statement(
  "entry",
  `insert into entries (program_id, member_key, seq, wallet, kind, from_account, to_account, points, available_after, rule_set, occurred_at,
                        source_kind, source_id) values ($1, $2, $3, 1, 1, 11, 1, $4, $5, 1, $6, 1, $7)`,
);
const insertLot = statement(
  "lot",
  `insert into lots (program_id, member_key, seq, wallet, granted, remaining, is_pending, occurred_at, available_at, expires_at,
                     source_kind, source_id)
   values ($1, $2, $3, 1, $4, $4, false, $5, $5, $5::timestamptz + interval '24 months', 1, $6)`,
);
const addActivity = statement(
  "activity",
  `insert into activity as x (program_id, member_key, day, metric, amount) values ($1, $2, $3::timestamptz::date, $4, $5)
   on conflict (program_id, member_key, day, metric) do update set amount = x.amount + excluded.amount`,
);
const updateAccount = statement(
  "account",
  `update accounts set available = available + $3, accrued_total = accrued_total + $3, entry_seq = $4, version = $5, windows = $6,
                       windows_day = current_date where program_id = $1 and member_key = $2 and wallet = 1`,
);
const insertBatch = statement("batch", "insert into event_batches (program_id, events) values ($1, $2) returning batch");
const insertEvent = statement(
  "event",
  `insert into events (program_id, batch, member_key, version, n, type, data, occurred_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
);

const one = <Row>({ rows }: { rows: Row[] }, what: string): Row => {
  const [row] = rows;
  if (row === undefined) throw new Error(`no ${what}`);
  return row;
};

async function place(client: pg.PoolClient, { id, memberId, occurredAt }: Order): Promise<string> {
  const { net, points, cart, decision, answer } = sample;
  const { member_key: key } = one(await client.query<{ member_key: string }>(findMember([memberId])), `member ${memberId}`);
  const claimed = await client.query(claimId([id, key, cart]));
  if (claimed.rowCount === 0) throw new Error(`the order ${id} is there already`);
  const account = one(await client.query<Account>(lockAccount([key])), "account");
  const [seq, version] = [Number(account.entry_seq) + 1, Number(account.version) + 1];
  const spend = (account.windows?.["spend@365d"] ?? 0) + net;

  await client.query(insertOrder([key, id, occurredAt, cart, decision, answer, seq]));
  await client.query(insertEntry([key, seq, points, Number(account.available) + points, occurredAt, id]));
  await client.query(insertLot([key, seq, points, occurredAt, id]));
  await client.query(addActivity([key, occurredAt, "orders", 1]));
  await client.query(addActivity([key, occurredAt, "points:points", points]));
  await client.query(addActivity([key, occurredAt, "spend", net]));
  await client.query(updateAccount([key, points, seq, version, JSON.stringify({ "spend@365d": spend })]));
  const { batch } = one(await client.query<{ batch: string }>(insertBatch([events.length])), "batch");
  for (const [n, { type, data }] of events.entries())
    await client.query(insertEvent([batch, key, version, n, type, JSON.stringify(data), occurredAt]));
  return answer;
}

app.post<{ Body: Order }>("/v1/orders", async (request, reply) => {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const answer = await place(client, request.body);
    await client.query("commit");
    return await reply.code(201).type("application/json").send(answer);
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
});
console.log(`listens on ${await app.listen({ port: 0, host: "127.0.0.1" })}`);
