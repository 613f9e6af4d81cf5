import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { runServiceProcess, type ServiceProcess, startServiceProcess } from "../support/service-process.ts";
import { orderBody, SHOP } from "../support/shop.ts";

let loyalty: TestService | undefined;
let worker: ServiceProcess | undefined;
afterEach(async () => {
  worker?.signal("SIGKILL");
  await worker?.ended;
  worker = undefined;
  await loyalty?.close();
  loyalty = undefined;
});

test("a worker books what is due beside a service without jobs, answers health and metrics alone, and stops", async () => {
  loyalty = await startTestService({ now: "2026-03-01T12:00:00Z" });
  await loyalty.createProgram(SHOP, { wallets: [{ id: "points", expiry: "P1D" }] });
  await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("E1", { occurredAt: "2026-03-01T12:00:00Z" }) });
  const expired = async () => (await loyalty?.database.query<object>("select points::int from entries where kind = 4")) ?? [];
  expect(await expired()).toEqual([]);

  worker = await startServiceProcess({ DATABASE_URL: loyalty.database.url, JOBS_INTERVAL_SECONDS: "1" }, "worker");
  while ((await expired()).length === 0) await sleep(100);

  expect(await expired()).toEqual([{ points: 10 }]);
  expect((await fetch(`${worker.url}/health/ready`)).status).toBe(200);
  expect(await (await fetch(`${worker.url}/metrics`)).text()).toContain(`loyalty_job_done_total{job="due-points"}`);
  expect((await fetch(`${worker.url}/v1/members`)).status).toBe(404);
  worker.signal("SIGTERM");
  expect(await worker.ended).toBe(0);
  worker = undefined;
});

test.each([
  [{}, "DATABASE_URL must be set: a worker shares the Postgres of services"],
  [
    { DATABASE_URL: "postgres://u@127.0.0.1:1/none", JOBS_INTERVAL_SECONDS: "0" },
    "JOBS_INTERVAL_SECONDS must be 1 or more: a worker does nothing else",
  ],
])("with %j a worker says in one line why it does not start", async (settings, line) => {
  const { code, stderr } = await runServiceProcess(settings, "worker");

  expect({ code, line: stderr.trimEnd() }).toEqual({ code: 1, line });
});
