import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { orderOf } from "./cart.ts";
import { runLoyalty, startService } from "./child-process.ts";
import { Closings } from "./closings.ts";
import { importLines } from "./data/import-lines.ts";
import { startDurablePostgres, withClient } from "./durable-postgres.ts";
import { growthTable, readTableGrowth } from "./measure/table-growth.ts";
import { call, shopProgram } from "./program.ts";
import { wholeOption } from "./whole-option.ts";

/**
 * What orders leave behind: bytes of each table for each order, and how much of what changes does so in place. Orders of three lines over
 * 20 rules by members who come back, a return for each tenth order and points taken from each tenth member; the jobs have run.
 *   npm run bench:bytes -- [--orders 50000] [--orders-of-member 10] [--dir FOLDER]
 */
const { values: options } = parseArgs({
  options: {
    orders: { type: "string", default: "50000" },
    "orders-of-member": { type: "string", default: "10" },
    dir: { type: "string", default: tmpdir() },
  },
});
const ORDERS = wholeOption("--orders", options.orders);
const MEMBERS = Math.ceil(ORDERS / wholeOption("--orders-of-member", options["orders-of-member"]));
const TENTH = 10;
const PROGRAM = "bytes";
const SPAN_MS = 90 * 86_400_000;
const AT_ONCE = 16;

/** Over the last ninety days, by members as they come. */
function* orders(startedAt: number): Generator<object> {
  for (let n = 0; n < ORDERS; n += 1) {
    // The first orders make the members, and neighbours on a page do not come one after the other.
    const member = n < MEMBERS ? n : Math.floor(Math.random() * MEMBERS);
    yield { type: "order", ...orderOf(`order-${n}`, `member-${member}`, new Date(startedAt - SPAN_MS * (1 - n / ORDERS))) };
  }
  const occurredAt = new Date(startedAt).toISOString();
  for (let n = 0; n < ORDERS; n += TENTH) {
    yield { type: "return", orderId: `order-${n}`, id: `return-${n}`, occurredAt, lines: [{ line: 1, quantity: 1 }] };
  }
}

async function takePoints(url: string, headers: Record<string, string>): Promise<void> {
  const members = Array.from({ length: Math.ceil(MEMBERS / TENTH) }, (_, n) => `member-${n * TENTH}`);
  const takeNext = async (): Promise<void> => {
    for (let member = members.pop(); member !== undefined; member = members.pop()) {
      const body = { id: `take-${member}`, points: -5, reason: "taken for the measurement" };
      await call(`${url}/v1/members/${member}/adjustments`, "POST", headers, body);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeNext));
}

async function measure(closings: Closings): Promise<void> {
  const postgres = await startDurablePostgres(options.dir, closings);
  const rootKey = randomBytes(24).toString("base64url");
  const env = { DATABASE_URL: postgres.url, PORT: "0", LOG_LEVEL: "warn", LOYALTY_ROOT_KEY: rootKey, JOBS_INTERVAL_SECONDS: "1" };
  const service = closings.opened(await startService(env));
  const headers = { authorization: `Bearer ${rootKey}`, "loyalty-program": PROGRAM };
  await call(`${service.url}/v1/program`, "PUT", headers, shopProgram(PROGRAM));
  await importLines(service.url, headers, orders(Date.now()));
  await takePoints(service.url, headers);
  const { code, output } = await runLoyalty(["verify", "--database", postgres.url]);
  const growth = await withClient(postgres.url, async (client) => {
    // The chain follows the feed, and the statistics follow what was done.
    await client.query("select pg_sleep(10)");
    return readTableGrowth(client);
  });
  console.log(growthTable(growth, "an order", ORDERS));
  console.log(`The ledger afterwards: ${output}`);
  if (code !== 0) process.exitCode = 1;
}

const closings = new Closings();
try {
  await measure(closings);
} finally {
  await closings.close();
}
