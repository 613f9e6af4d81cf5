import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const START = "2026-03-01T12:00:00Z";
const MEMBERS = 300; // more than a page

let loyalty: TestService;
let other: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: START });
  other = await startTestService({ now: START, database: loyalty.database });
});
afterAll(async () => {
  await other.close();
  await loyalty.close();
});

const entriesOf = async (id: string, kind: number) => {
  const [row] = await loyalty.database.query<{ count: number; points: number }>(
    `select count(*)::int as count, coalesce(sum(points), 0)::int as points from entries
      where kind = ${kind} and program_id = (select program_id from programs where id = '${id}')`,
  );
  return row;
};

/** `MEMBERS` members with two lots of 10 points each. */
async function fill(id: string): Promise<void> {
  loyalty.clock.set(START);
  await loyalty.createProgram(SHOP, { id, wallets: [{ id: "points", pending: "P2D", expiry: "P10D" }] });
  const lines = Array.from({ length: 2 * MEMBERS }, (_, n) =>
    JSON.stringify({ type: "order", ...orderBody(`E${n}`, { memberId: `M${n % MEMBERS}`, occurredAt: START }) }),
  );
  const headers = { "content-type": "application/x-ndjson" };
  await loyalty.expectStatus(200, "POST", "/v1/import", { body: lines.join("\n"), headers });
}

test("books what became available and what expired, once, and tells how late it is", async () => {
  await fill("swept");

  expect((await loyalty.runJobs())["due-points"]).toBe(0);
  loyalty.clock.set("2026-03-03T12:00:00Z");
  expect((await loyalty.runJobs())["due-points"]).toBe(MEMBERS);
  expect((await loyalty.runJobs())["due-points"]).toBe(0);
  expect(await entriesOf("swept", 2)).toEqual({ count: 2 * MEMBERS, points: 20 * MEMBERS });

  loyalty.clock.set("2026-03-13T13:00:00Z");
  expect((await loyalty.runJobs())["due-points"]).toBe(MEMBERS);
  expect(await entriesOf("swept", 4)).toEqual({ count: 2 * MEMBERS, points: 20 * MEMBERS });
  const metrics = await loyalty.expectStatus<{ text: string }>(200, "GET", "/metrics");
  expect(JSON.stringify(metrics.body)).toContain(`loyalty_job_lag_seconds{job=\\"due-points\\"} 3600`);
  await expectSoundLedger(loyalty);
});

test("two processes share it and book nothing twice", async () => {
  await fill("shared");
  loyalty.clock.set("2026-03-13T12:00:00Z");
  other.clock.set("2026-03-13T12:00:00Z");

  await Promise.all([loyalty.runJobs(), other.runJobs(), loyalty.runJobs(), other.runJobs()]);

  expect(await entriesOf("shared", 4)).toEqual({ count: 2 * MEMBERS, points: 20 * MEMBERS });
  await expectSoundLedger(loyalty);
});
