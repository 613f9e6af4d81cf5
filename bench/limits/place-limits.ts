import { readFile } from "node:fs/promises";
import type { Candidate } from "../candidate.ts";
import { memberId, SEED_MEMBERS } from "../cart.ts";
import { type Server, startServer } from "../child-process.ts";
import { withClient } from "../durable-postgres.ts";
import { call } from "../program.ts";
import type { Stack } from "../stack.ts";
import { type OrderSample, readOrderSample } from "./order-sample.ts";
import { requireSameRows, rowsOfOneOrder } from "./same-rows.ts";

/** What stands beside the engine's orders: the stored function for pgbench, and the server that writes statement by statement. */
export type PlaceLimits = { databaseUrl: string; variables: Readonly<Record<string, string>>; naive: Server };

const SAMPLE_ORDER = {
  id: "sample-1",
  currency: "GBP",
  shipping: 500,
  channel: "web",
  country: "GB",
  lines: [700, 900, 1100].map((unitPrice, at) => ({
    line: at + 1,
    sku: `sku-${at}`,
    category: `category-${at}`,
    quantity: 1 + at,
    unitPrice,
  })),
};

/**
 * Both write into a copy of the shop's database, where no service looks at what they have written. What they write for an order is what
 * the engine has just written for one; that they write the same rows is looked at.
 */
export async function startLimits(stack: Stack, shop: Candidate, databaseUrl: string): Promise<PlaceLimits> {
  const occurredAt = new Date().toISOString();
  const [own, byFunction, byStatements] = [memberId(0), memberId(1), memberId(2)];
  const expected = await rowsOfOneOrder(shop.databaseUrl, { program: shop.program, member: own }, () =>
    shop.post("/v1/orders", { ...SAMPLE_ORDER, memberId: own, occurredAt }),
  );
  const sample = await withClient(shop.databaseUrl, (client) => readOrderSample(client, shop.program, SAMPLE_ORDER.id));

  await withClient(databaseUrl, async (client) => client.query(await readFile(new URL("./stored-function.sql", import.meta.url), "utf8")));
  const placed = await rowsOfOneOrder(databaseUrl, { program: shop.program, member: byFunction }, () =>
    withClient(databaseUrl, (client) => client.query(CALL, [sample.programId, byFunction, "sample-2", ...jsonOf(sample)])),
  );
  requireSameRows("the stored function", placed, expected);

  const naive = stack.closings.opened(await startServer("./children/naive.ts", [databaseUrl, JSON.stringify(sample)]));
  stack.meter.watch("service", naive.pid);
  const stated = await rowsOfOneOrder(databaseUrl, { program: shop.program, member: byStatements }, () =>
    call(`${naive.url}/v1/orders`, "POST", {}, { ...SAMPLE_ORDER, id: "sample-3", memberId: byStatements, occurredAt }),
  );
  requireSameRows("the transaction per request", stated, expected);

  const { programId, net, points, cart, decision, answer, events } = sample;
  const numbers = { program: programId, net, points, copies: Math.ceil(shop.members / SEED_MEMBERS), seeds: SEED_MEMBERS, n: 0 };
  const variables = {
    ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)])),
    cart,
    decision,
    answer,
    events,
  };
  return { databaseUrl, variables, naive };
}

const CALL = "select bench_place_order($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const jsonOf = ({ net, points, cart, decision, answer, events }: OrderSample) => [net, points, cart, decision, answer, events];
