import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const START = "2026-03-01T12:00:00Z";

let loyalty: TestService;
let other: TestService;
beforeAll(async () => {
  // One batch at a time: the others wait for it, and begin where it ends.
  loyalty = await startTestService({ now: START, config: { WRITE_POOL_SIZE: 1, MAX_BATCH: 2 } });
  other = await startTestService({ now: START, database: loyalty.database });
});
afterAll(async () => {
  await other.close();
  await loyalty.close();
});

type Moved = { now: string; jobs: { job: string; outcome: string; done: number }[] };
const moveTo = async (now: string) => {
  const { body } = await loyalty.expectStatus<Moved>(200, "PUT", "/v1/test-clock", { body: { now } });
  expect(body.now).toBe(new Date(now).toISOString());
  return Object.fromEntries(body.jobs.filter(({ done }) => done > 0).map(({ job, outcome, done }) => [job, `${outcome} ${done}`]));
};
const WALLETS = [{ id: "points", pending: "P14D", expiry: "P30D", expiryNotices: ["P7D"] }];
const tryOut = (id: string) => loyalty.createProgram(SHOP, { id, test: true, wallets: WALLETS });
const place = (id: string, occurredAt: string, status = 201) =>
  loyalty.expectStatus<{ code?: string }>(status, "POST", "/v1/orders", { body: orderBody(id, { occurredAt }) });

test("a test program goes by its own time, whose moves tell what they made happen", async () => {
  const plain = await loyalty.createProgram(SHOP, { id: "beside", wallets: WALLETS });
  await place("E1", START);
  await tryOut("tried");
  await place("E1", START);
  expect((await loyalty.expectStatus(200, "GET", "/v1/test-clock")).body).toEqual({ now: "2026-03-01T12:00:00.000Z", isSet: false });

  expect(await moveTo("2026-03-15T12:00:00Z")).toEqual({ "due-points": "done 1" });
  expect(await moveTo("2026-03-15T12:00:00Z")).toEqual({});
  expect(await pointsOf(loyalty, "M1")).toMatchObject({ available: 10, pending: 0 });
  expect(await moveTo("2026-04-08T12:00:00Z")).toEqual({ "expiry-notices": "done 1" });
  expect(await moveTo("2026-06-01T12:00:00Z")).toEqual({ "due-points": "done 1" });
  expect(await pointsOf(loyalty, "M1")).toMatchObject({ available: 0 });
  expect((await loyalty.expectStatus(200, "GET", "/v1/test-clock")).body).toEqual({ now: "2026-06-01T12:00:00.000Z", isSet: true });

  await place("E2", "2026-06-01T12:00:00Z");
  expect((await place("E3", "2026-06-01T12:06:00Z", 422)).body).toMatchObject({
    code: "occurred_in_future",
    details: { now: "2026-06-01T12:00:00.000Z" },
  });
  const quoted = await loyalty.expectStatus<{ expiresAt: string }>(200, "POST", "/v1/quotes", {
    body: { ...orderBody("", { occurredAt: "2026-06-01T12:00:00Z" }), id: undefined },
  });
  expect(quoted.body.expiresAt).toMatch(/^2026-06-01T12:/);
  await expectSoundLedger(loyalty);

  const asPlain = { key: plain.key };
  const { body } = await loyalty.expectStatus<object>(200, "GET", "/v1/members/M1/balance", asPlain);
  expect(body).toMatchObject({ wallets: { points: { pending: 10 } } });
  const late = orderBody("E2", { occurredAt: "2026-06-01T12:00:00Z" });
  await loyalty.expectStatus(422, "POST", "/v1/orders", { ...asPlain, body: late });
});

test("requests of several programs at once see each their own time", async () => {
  const plain = await loyalty.createProgram(SHOP, { id: "at-once", wallets: WALLETS });
  const tried = await tryOut("at-once-tried");
  await moveTo("2026-06-01T12:00:00Z");
  const occurredAt = "2026-06-01T12:00:00Z";

  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      loyalty.request("POST", "/v1/orders", {
        key: n % 2 === 0 ? tried.key : plain.key,
        body: orderBody(`E${n}`, { memberId: `M${n}`, occurredAt }),
      }),
    ),
  );
  const balances = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      loyalty.request("GET", `/v1/members/M${2 * n}/balance?consistency=strong`, { key: n % 2 === 0 ? tried.key : plain.key }),
    ),
  );

  expect(answers.map(({ status }) => status)).toEqual(answers.map((_, n) => (n % 2 === 0 ? 201 : 422)));
  expect(balances.map(({ status }) => status)).toEqual(balances.map((_, n) => (n % 2 === 0 ? 200 : 404)));
});

test("another process goes by it too, and a version that is scheduled comes into force", async () => {
  const { key } = await tryOut("elsewhere");
  const next = { ...SHOP, id: "elsewhere", test: true, wallets: WALLETS, name: "Later" };
  await loyalty.expectStatus(200, "PUT", "/v1/program?at=2026-05-01T00:00:00Z", { body: next });
  await moveTo("2026-05-02T12:00:00Z");

  const seen = await other.expectStatus(200, "GET", "/v1/test-clock", { key });
  expect(seen.body).toMatchObject({ now: "2026-05-02T12:00:00.000Z" });
  await other.expectStatus(201, "POST", "/v1/orders", { key, body: orderBody("E1", { occurredAt: "2026-05-02T12:00:00Z" }) });
  const program = await other.expectStatus<object>(200, "GET", "/v1/program", { key });
  expect(program.body).toMatchObject({ version: 2 });
});

test("time moves forwards only, and not for programs that are no tests", async () => {
  await tryOut("forwards");
  const refused = (now: string) => loyalty.expectStatus(422, "PUT", "/v1/test-clock", { body: { now } });
  expect((await refused("2026-03-01T11:59:59Z")).body).toMatchObject({ code: "request_invalid", errors: [{ pointer: "/now" }] });
  await moveTo("2026-05-01T00:00:00Z");
  expect((await refused("2026-04-30T23:59:59Z")).body).toMatchObject({ details: { now: "2026-05-01T00:00:00.000Z" } });
  expect((await refused("2326-01-01T00:00:00Z")).body).toMatchObject({ errors: [{ pointer: "/now" }] });

  const off = await loyalty.expectStatus(422, "PUT", "/v1/program", { body: { ...SHOP, id: "forwards" } });
  expect(off.body).toMatchObject({ code: "program_invalid", errors: [{ pointer: "/test" }] });
  await loyalty.createProgram(SHOP, { id: "no-test" });
  const on = await loyalty.expectStatus(422, "PUT", "/v1/program", { body: { ...SHOP, id: "no-test", test: true } });
  expect(on.body).toMatchObject({ code: "program_invalid", errors: [{ pointer: "/test" }] });
  const unset = await loyalty.expectStatus(409, "PUT", "/v1/test-clock", { body: { now: "2026-05-01T00:00:00Z" } });
  expect(unset.body).toMatchObject({ code: "test_clock_unavailable" });
});
