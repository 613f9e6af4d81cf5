import type pg from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createPool } from "../../src/db/pool.ts";
import type { Job } from "../../src/engine/plan.ts";
import { readForQuotes } from "../../src/engine/read-for-quotes.ts";
import { createProgramTime } from "../../src/programs/program-time.ts";
import { createProgramRegistry } from "../../src/programs/registry.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

describe("carts that are quoted at once", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2026-03-01T00:00:00Z" });
    await loyalty.createProgram(SHOP);
    for (const n of [1, 2, 3]) {
      await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(`O${n}`, { memberId: `M${n}`, unitPrice: 100_000 * n }) });
    }
    await loyalty.expectStatus(201, "POST", "/v1/merges", {
      body: { id: "merge", from: "M3", into: "M2", reason: "one person", actor: "agent" },
    });
  });
  afterAll(() => loyalty.close());

  const cartOf = (memberId: string, unitPrice: number) => {
    const { id: _id, ...cart } = orderBody("", { memberId, unitPrice });
    return cart;
  };
  async function quoted(memberId: string, unitPrice: number, over: object = {}) {
    const { status, body } = await loyalty.request("POST", "/v1/quotes", { body: { ...cartOf(memberId, unitPrice), ...over } });
    const { quoteToken: _token, requestId: _request, instance: _instance, ...told } = body as Record<string, unknown>;
    return { status, told };
  }

  test("are answered as one by one: members, those whom nobody knows, aliases, and carts that are refused", async () => {
    const asked = ["M1", "M2", "M3", "M1", "new", "new"].flatMap((memberId, n) => [
      [memberId, 10_000 + n, {}],
      [memberId, 20_000, n % 2 === 0 ? { currency: "USD" } : { coupons: ["NOBODYS-CODE"] }],
    ]) as [string, number, object][];

    const apart: unknown[] = [];
    for (const one of asked) apart.push(await quoted(...one));
    const atOnce = await Promise.all(asked.map((one) => quoted(...one)));

    expect(atOnce).toEqual(apart);
    expect(new Set(atOnce.map(({ status }) => status))).toEqual(new Set([200, 422]));
  });

  test("share transactions, and what one cannot be read for fails it alone", async () => {
    const limits = { max: 1, statementTimeoutMs: 5_000, lockTimeoutMs: 5_000, log: pino({ level: "silent" }) };
    const pool = createPool({ url: loyalty.database.url, name: "loyalty-quoted", ...limits });
    const clock = () => new Date("2026-03-01T00:00:00Z");
    const [program] = await loyalty.database.query("select program_id from programs");
    const broken = new Error("a defect of this member's rows");
    const transactions = breakFor("M2", pool, broken);
    const read = readForQuotes({
      pool,
      ruleSets: createProgramRegistry(loyalty.inside.readPool, clock),
      time: createProgramTime(loyalty.inside.readPool, clock),
      limits: { batchMax: 100, waitingMax: 100 },
    });

    const ids = ["M1", "new", "M2", "M1", "newer"];
    const found = await Promise.allSettled(ids.map((memberId) => read(Number(program?.program_id), jobOf(memberId))));
    await pool.end();

    expect(found.map((one) => (one.status === "fulfilled" ? one.value.state.id : one.reason))).toEqual([
      "M1",
      "new",
      broken,
      "M1",
      "newer",
    ]);
    // All five; the first two, and the three with the one that fails; that one alone, and the two behind it.
    expect(transactions()).toBe(5);
  });
});

const jobOf = (memberId: string): Job => {
  const lines = [{ line: 1, sku: "a", quantity: 1, unitPrice: 100, tax: 0, attributes: {} }];
  const occurredAt = "2026-03-01T00:00:00Z";
  const cart = { memberId, occurredAt, currency: "CNY", pricing: "engine" as const, shipping: 0, coupons: [], attributes: {}, lines };
  return {
    command: { kind: "place_order", memberId, orderId: "", hash: "", cart },
    memberId,
    others: [],
    aliases: new Map(),
    quote: null,
    origin: null,
  };
};

/** Statements with this member's id among their parameters fail. Answers how many transactions have begun. */
function breakFor(memberId: string, pool: pg.Pool, error: Error): () => number {
  let begun = 0;
  pool.on("connect", (client) => {
    const query = client.query.bind(client) as (...asked: unknown[]) => unknown;
    const breaking = (...asked: unknown[]): unknown => {
      const [config] = asked as [string | pg.QueryConfig];
      // A group of statements that were asked for before comes by again.
      if (typeof config === "string" || "submit" in config) return query(...asked);
      if (config.text.startsWith("begin")) begun += 1;
      if (config.values?.flat().includes(memberId)) return Promise.reject(error);
      return query(...asked);
    };
    client.query = breaking as typeof client.query;
  });
  return () => begun;
}
