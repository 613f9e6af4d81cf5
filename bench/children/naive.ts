import fastify from "fastify";
import pg from "pg";
import type { CartLine } from "../../src/orders/order.ts";

/**
 * What one would write first: a transaction per request, statement by statement, into the same tables with the same constraints and
 * triggers. It is spared what the engine does beside it: rules, tiers, idempotency by body, activity, row-level security. Statements
 * are prepared, and the pool is of the size that served it best on two cores (of 4, 8, 16 and 32).
 */
const [, , url = "", programId = "0"] = process.argv;
const POOL_SIZE = 16;

type Order = { id: string; memberId: string; occurredAt: string; shipping: number; lines: CartLine[] };
type Account = { member_key: number; entry_seq: string; version: string; available: string };

const pool = new pg.Pool({ connectionString: url, max: POOL_SIZE });
const app = fastify({ logger: false });

const statement = (name: string, text: string) => (values: unknown[]) => ({ name, text, values });
const lockAccount = statement(
  "lock",
  `select a.member_key, a.entry_seq, a.version, a.available from accounts a join members m using (program_id, member_key)
    where m.program_id = $1 and m.id = $2 and a.wallet = 1 for update of a`,
);
const insertOrder = statement(
  "order",
  `insert into orders (program_id, member_key, order_id, status, occurred_at, cart, decision, answer, lots)
   values ($1, $2, $3, 'placed', $4, $5, $6, $7, array[$8::bigint])`,
);
const insertEntry = statement(
  "entry",
  `insert into entries (program_id, member_key, seq, wallet, kind, from_account, to_account, points, available_after, rule_set, occurred_at,
                        source_kind, source_id) values ($1, $2, $3, 1, 1, 11, 1, $4, $5, 1, $6, 1, $7)`,
);
const insertLot = statement(
  "lot",
  `insert into lots (program_id, member_key, seq, wallet, granted, remaining, is_pending, occurred_at, available_at, source_kind, source_id)
   values ($1, $2, $3, 1, $4, $4, false, $5, $5, 1, $6)`,
);
const updateAccount = statement(
  "account",
  `update accounts set available = available + $3, accrued_total = accrued_total + $3, entry_seq = $4, version = $5
    where program_id = $1 and member_key = $2 and wallet = 1`,
);
const insertEvent = statement(
  "event",
  "insert into events (program_id, member_key, version, n, type, data, occurred_at) values ($1, $2, $3, 0, 'order.placed', $4, $5)",
);

async function place(client: pg.PoolClient, order: Order) {
  const { rows } = await client.query<Account>(lockAccount([programId, order.memberId]));
  const [account] = rows;
  if (account === undefined) throw new Error(`no member ${order.memberId}`);
  const { member_key: key } = account;
  const net = order.lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  const points = Math.floor(net / 100);
  const [seq, version] = [Number(account.entry_seq) + 1, Number(account.version) + 1];
  const available = Number(account.available) + points;
  const answer = { id: order.id, memberId: order.memberId, totals: { net, payable: net + order.shipping }, points, available, version };

  await client.query(
    insertOrder([
      programId,
      key,
      order.id,
      order.occurredAt,
      JSON.stringify(order),
      JSON.stringify({ net, points }),
      JSON.stringify(answer),
      seq,
    ]),
  );
  await client.query(insertEntry([programId, key, seq, points, available, order.occurredAt, order.id]));
  await client.query(insertLot([programId, key, seq, points, order.occurredAt, order.id]));
  await client.query(updateAccount([programId, key, points, seq, version]));
  await client.query(insertEvent([programId, key, version, JSON.stringify(answer), order.occurredAt]));
  return answer;
}

app.post<{ Body: Order }>("/v1/orders", async (request, reply) => {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const answer = await place(client, request.body);
    await client.query("commit");
    return await reply.code(201).send(answer);
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
});
console.log(`listens on ${await app.listen({ port: 0, host: "127.0.0.1" })}`);
