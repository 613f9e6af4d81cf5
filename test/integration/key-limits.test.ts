import { once } from "node:events";
import { connect } from "node:net";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { hasRedis } from "../support/redis.ts";
import { startTestService, type TestService } from "../support/service.ts";

const START = "2026-03-01T00:00:00Z";
const NDJSON = { "content-type": "application/x-ndjson" };

type Made = { id: string; key: string };
const makeKey = async ({ expectStatus }: TestService, limits: object): Promise<Made> =>
  (await expectStatus<Made>(201, "POST", "/v1/keys", { body: { name: "limited", scopes: ["admin"], ...limits } })).body;
const ask = ({ request }: TestService, key: string, path = "/v1/members") => request("GET", path, { key });
const statuses = async (loyalty: TestService, key: string, times: number) => {
  const seen: number[] = [];
  for (let time = 1; time <= times; time += 1) seen.push((await ask(loyalty, key)).status);
  return seen;
};

/** A request that runs, as the member shows whom it enrols, until it is ended. */
async function importOf(loyalty: TestService, key: string, memberId: string) {
  const body = new PassThrough();
  const answer = loyalty.request("POST", "/v1/import", { key, body, headers: NDJSON });
  body.write(`${JSON.stringify({ type: "member", id: memberId })}\n`);
  await vi.waitFor(async () => expect((await loyalty.request("GET", `/v1/members/${memberId}`)).status).toBe(200), { timeout: 10_000 });
  return {
    async end() {
      body.end();
      return (await answer).status;
    },
  };
}

describe("a key with limits, in one process", () => {
  let loyalty: TestService;
  let admin: string;
  beforeAll(async () => {
    loyalty = await startTestService({ now: START });
    admin = (await loyalty.createProgram("retail-gbp")).key;
  });
  afterAll(() => loyalty.close());
  beforeEach(() => loyalty.use(admin));

  test("makes so many requests in the minute that its first began, and is told of each what is left", async () => {
    const { key } = await makeKey(loyalty, { rateLimit: 2, concurrency: 5 });

    const first = await ask(loyalty, key);
    loyalty.clock.set("2026-03-01T00:00:20.500Z");
    const second = await ask(loyalty, key, "/v1/members/nobody");
    const third = await ask(loyalty, key);

    expect(first).toMatchObject({
      status: 200,
      headers: {
        "ratelimit-policy": '"requests";q=2;w=60, "at-once";q=5;qu="concurrent-requests"',
        ratelimit: '"requests";r=1;t=60, "at-once";r=4',
      },
    });
    expect(second).toMatchObject({ status: 404, headers: { ratelimit: '"requests";r=0;t=40, "at-once";r=4' } });
    expect(third).toMatchObject({
      status: 429,
      body: { code: "rate_limited", details: { atMost: 2, retryAfterSeconds: 40 } },
      headers: { "retry-after": "40", ratelimit: '"requests";r=0;t=40, "at-once";r=4' },
    });
    loyalty.clock.set("2026-03-01T00:01:00Z");
    expect(await statuses(loyalty, key, 3)).toEqual([200, 200, 429]);
  });

  test("runs so many requests at a time, and the next as soon as one has ended", async () => {
    const { key } = await makeKey(loyalty, { concurrency: 2 });
    const running = [await importOf(loyalty, key, "ada"), await importOf(loyalty, key, "bob")];

    const refused = await ask(loyalty, key);
    const ended = await Promise.all(running.map((one) => one.end()));

    expect(refused).toMatchObject({
      body: { code: "too_many_at_once", details: { atMost: 2 } },
      headers: { "retry-after": "1", ratelimit: '"at-once";r=0', "ratelimit-policy": '"at-once";q=2;qu="concurrent-requests"' },
    });
    expect(ended).toEqual([200, 200]);
    expect(await statuses(loyalty, key, 5)).toEqual([200, 200, 200, 200, 200]);
  });

  test("gives its place back when the caller goes away without the answer", async () => {
    const url = await loyalty.listen();
    const { key } = await makeKey(loyalty, { concurrency: 1 });
    const arrived = once(loyalty.inside.app.server, "request");
    const caller = connect(Number(new URL(url).port), "127.0.0.1");
    caller.write(
      `POST /v1/import HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/x-ndjson\r\nContent-Length: 9\r\n\r\n`,
    );
    await arrived; // else one that asks whether it runs would be in its place
    await vi.waitFor(async () => expect((await ask(loyalty, key)).status).toBe(429));

    caller.destroy();

    await vi.waitFor(async () => expect((await ask(loyalty, key)).status).toBe(200));
  });

  test("has the limits that it is given, within a second, and without any says nothing of them", async () => {
    const { id, key } = await makeKey(loyalty, {});
    const unlimited = await ask(loyalty, key);

    const changed = await loyalty.expectStatus(200, "PATCH", `/v1/keys/${id}`, { body: { rateLimit: 1, concurrency: 1 } });
    expect(changed.body).toMatchObject({ rateLimit: 1, concurrency: 1 });
    await vi.waitFor(async () => expect((await ask(loyalty, key)).status).toBe(429), { timeout: 5_000, interval: 100 });
    await loyalty.expectStatus(200, "PATCH", `/v1/keys/${id}`, { body: { rateLimit: null, concurrency: null } });
    await vi.waitFor(async () => expect((await ask(loyalty, key)).status).toBe(200), { timeout: 5_000, interval: 100 });

    expect(unlimited.headers).not.toHaveProperty("ratelimit");
    expect(unlimited.headers).not.toHaveProperty("ratelimit-policy");
  });

  test.each([
    [{ rateLimit: 0 }, "/rateLimit"],
    [{ concurrency: 1.5 }, "/concurrency"],
    [{ rateLimit: "60" }, "/rateLimit"],
  ])("%j is refused", async (limits, pointer) => {
    const { body } = await loyalty.expectStatus(422, "POST", "/v1/keys", { body: { name: "a key", scopes: ["admin"], ...limits } });

    expect(body).toMatchObject({ code: "request_invalid", errors: [{ pointer }] });
  });
});

describe.skipIf(!hasRedis())("a key with limits, in two processes with a Redis", () => {
  let redis: OwnRedis;
  let one: TestService;
  let other: TestService;
  beforeAll(async () => {
    redis = await startOwnRedis();
    // A busy machine is no Redis that is away.
    const config = { REDIS_URL: redis.url, REDIS_TIMEOUT_MS: 5_000 };
    one = await startTestService({ now: START, config });
    const { key } = await one.createProgram("retail-gbp");
    other = await startTestService({ now: START, config, database: one.database });
    other.use(key);
  });
  afterAll(async () => {
    await other.close();
    await one.close();
    await redis.close();
  });

  test("makes so many requests over both of them, all at once too", async () => {
    const { key } = await makeKey(one, { rateLimit: 10 });

    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => ask(index % 2 === 0 ? one : other, key)));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  });

  test("runs so many requests over both of them", async () => {
    const { key } = await makeKey(one, { concurrency: 2 });
    const running = [await importOf(one, key, "cyd"), await importOf(other, key, "dan")];

    expect((await ask(one, key)).status).toBe(429);
    expect((await ask(other, key)).status).toBe(429);
    expect(await Promise.all(running.map((run) => run.end()))).toEqual([200, 200]);

    await vi.waitFor(async () => expect((await ask(other, key)).status).toBe(200));
    await vi.waitFor(async () => expect((await ask(one, key)).status).toBe(200));
  });

  test("is counted by each process for itself while Redis is away, and never refused for that", async () => {
    const { key } = await makeKey(one, { rateLimit: 2 });
    await redis.kill();

    expect([await statuses(one, key, 3), await statuses(other, key, 3)]).toEqual([
      [200, 200, 429],
      [200, 200, 429],
    ]);
    await redis.restart();
  });

  test("that is revoked is refused by both within a second, also while Redis is away", async () => {
    const { id, key } = await makeKey(one, {});
    expect([(await ask(one, key)).status, (await ask(other, key)).status]).toEqual([200, 200]);
    await redis.kill();

    await one.expectStatus(204, "DELETE", `/v1/keys/${id}`);
    await sleep(1_050);

    expect([(await ask(one, key)).status, (await ask(other, key)).status]).toEqual([401, 401]);
  });
});
