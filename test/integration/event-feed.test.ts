import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ApiRequest } from "../support/api-client.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

type FeedEvent = { position: number; id: string; type: string; memberId: string | null; data: Record<string, unknown> };
type FeedPage = { data: FeedEvent[]; nextCursor: string; hasMore: boolean };

const feedOf = async (service: TestService, query = "", request: ApiRequest = {}): Promise<FeedPage> =>
  (await service.expectStatus<FeedPage>(200, "GET", `/v1/events/feed${query}`, request)).body;

/** From the beginning to the end, page by page. */
async function wholeFeed(service: TestService, limit = 200): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  let page: FeedPage;
  let after = "0";
  do {
    page = await feedOf(service, `?after=${after}&limit=${limit}`);
    events.push(...page.data);
    after = page.nextCursor;
  } while (page.hasMore);
  return events;
}

const place = (service: TestService, id: string, memberId = "17850") =>
  service.expectStatus(201, "POST", "/v1/orders", { body: orderBody(id, { memberId }) });

describe("the feed", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService();
    await loyalty.createProgram(SHOP);
    for (const id of ["a1", "a2"]) await place(loyalty, id, "ada");
    await place(loyalty, "b1", "bob");
    await loyalty.numberEvents();
  });
  afterAll(() => loyalty.close());

  test("tells every change once, in places without gaps, with the member's id", async () => {
    const events = await wholeFeed(loyalty);

    expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(events[0]).toMatchObject({ type: "rule_set.published", memberId: null });
    const placed = events.filter(({ type }) => type === "order.placed");
    expect(placed.map(({ memberId, data }) => [memberId, data.orderId])).toEqual([
      ["ada", "a1"],
      ["ada", "a2"],
      ["bob", "b1"],
    ]);
    expect(events.find(({ memberId }) => memberId === "bob")).toMatchObject({ type: "member.enrolled" });
  });

  test("tells it as the published schemas say", async () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const event of await wholeFeed(loyalty)) {
      const file = new URL(`../../openapi/events/${event.type}.v1.json`, import.meta.url);
      const validate = ajv.compile(JSON.parse(await readFile(file, "utf8")));
      expect(validate(event), JSON.stringify(validate.errors)).toBe(true);
      expect(validate({ ...event, data: { ...event.data, orderId: 7, version: "x", keyId: null, tier: 1 } })).toBe(false);
    }
  });

  test("is the same in pages of any size, from wherever it is taken up", async () => {
    const whole = await wholeFeed(loyalty);

    for (const size of [1, 2, 3]) expect(await wholeFeed(loyalty, size)).toEqual(whole);
    const end = await feedOf(loyalty, `?after=${whole.length}`);
    expect(end).toEqual({ data: [], nextCursor: String(whole.length), hasMore: false });
  });

  test("shows the types that are asked for, and goes on behind those that were passed over", async () => {
    const whole = await wholeFeed(loyalty);
    const wanted = whole.filter(({ type }) => type === "order.placed" || type === "member.enrolled");

    const page = await feedOf(loyalty, "?types=order.placed,member.enrolled");
    const none = await feedOf(loyalty, "?types=points.expired");

    expect(page).toEqual({ data: wanted, nextCursor: String(whole.length), hasMore: false });
    expect(none).toEqual({ data: [], nextCursor: String(whole.length), hasMore: false });
  });

  test("refuses the cursor of another feed, and what is no cursor", async () => {
    const beyond = await loyalty.expectStatus(422, "GET", "/v1/events/feed?after=100000");
    const none = await loyalty.expectStatus(422, "GET", "/v1/events/feed?after=yesterday");

    expect(beyond.body).toMatchObject({ code: "request_invalid", errors: [{ pointer: "/query/after" }] });
    expect(none.body).toMatchObject({ code: "request_invalid", errors: [{ pointer: "/query/after" }] });
  });

  test("has each event under its id too", async () => {
    for (const event of await wholeFeed(loyalty)) {
      expect((await loyalty.expectStatus(200, "GET", `/v1/feed-events/${event.id}`)).body).toEqual(event);
    }
  });

  test("knows no other id, not even of the same numbers, and no event before it has its place", async () => {
    const [first] = await wholeFeed(loyalty);
    const { status, body } = await loyalty.request("GET", "/v1/feed-events/evt_zz_1_0");
    expect([status, body]).toEqual([404, expect.objectContaining({ code: "event_not_found", details: { eventId: "evt_zz_1_0" } })]);
    for (const id of [first?.id.replace("_", "_0") ?? "", "evt_0_9999999999999999_0", "evt_zzzzzzzzzzz_1_0", "evt_0_1_99999"]) {
      await loyalty.expectStatus(404, "GET", `/v1/feed-events/${id}`);
    }
    const malformed = await loyalty.expectStatus(422, "GET", "/v1/feed-events/evt_1");
    expect(malformed.body).toMatchObject({ code: "request_invalid", errors: [{ pointer: "/path/feedEventId" }] });

    await place(loyalty, "c1", "cyd");
    const [late] = await loyalty.database.query<{ key: number; version: number; n: number }>(
      `select e.member_key as key, version, n from events e join event_batches b using (program_id, batch) where b.first_position is null limit 1`,
    );
    const id = `evt_${Number(late?.key).toString(36)}_${late?.version}_${late?.n}`;
    await loyalty.expectStatus(404, "GET", `/v1/feed-events/${id}`);
    await loyalty.numberEvents();
    expect((await loyalty.expectStatus(200, "GET", `/v1/feed-events/${id}`)).body).toMatchObject({ id, memberId: "cyd" });
  });

  test("is for keys that may read events", async () => {
    const body = { name: "follower", scopes: ["events:read"] };
    const { key } = (await loyalty.expectStatus<{ key: string }>(201, "POST", "/v1/keys", { body })).body;
    const other = await loyalty.expectStatus<{ key: string }>(201, "POST", "/v1/keys", { body: { ...body, scopes: ["members:read"] } });

    expect((await feedOf(loyalty, "?limit=1", { key })).data).toHaveLength(1);
    await loyalty.expectStatus(403, "GET", "/v1/events/feed", { key: other.body.key });
  });
});

describe("numbering", () => {
  let loyalty: TestService;
  let key: string;
  beforeAll(async () => {
    loyalty = await startTestService();
    ({ key } = await loyalty.createProgram(SHOP));
    await place(loyalty, "first", "ada");
    await loyalty.numberEvents();
  });
  afterAll(() => loyalty.close());

  test("puts what is committed late behind what has been read, and leaves no gap for it", async () => {
    const before = await wholeFeed(loyalty);
    const late = new pg.Client({ connectionString: loyalty.database.url });
    await late.connect();
    await late.query("begin");
    await late.query(`insert into events (program_id, member_key, version, n, type, data, occurred_at) select program_id, 0, 1000, 0, 'campaign.upcoming',
      '{"rule": "late", "label": "Late", "startsAt": "2026-03-02T00:00:00.000Z", "until": null}', now() from programs`);
    await place(loyalty, "meanwhile", "bob");
    await loyalty.numberEvents();
    const read = await wholeFeed(loyalty);
    await late.query("commit");
    await late.end();
    await place(loyalty, "after", "cy");
    await loyalty.numberEvents();

    const whole = await wholeFeed(loyalty);
    expect(read.length).toBeGreaterThan(before.length);
    expect(whole.slice(0, read.length)).toEqual(read);
    expect(whole.slice(read.length).map(({ data }) => data.rule)).toContain("late");
    expect(whole.map(({ position }) => position)).toEqual(whole.map((_, index) => index + 1));
    await expectSoundLedger(loyalty);
  });

  test("of several processes numbers each event once, in the order of its member, while orders are placed", async () => {
    const rival = await startTestService({ database: loyalty.database });
    rival.use(key);
    const services = [loyalty, rival];
    const members = ["m1", "m2", "m3"];
    const rounds = Array.from({ length: 20 }, (_, round) =>
      services.flatMap((service, of) =>
        members.map(async (memberId) => {
          await place(service, `race-${round}-${of}-${memberId}`, memberId);
          await service.numberEvents();
        }),
      ),
    );
    await Promise.all(rounds.flat());
    await rival.close();

    const whole = await wholeFeed(loyalty);
    expect(whole.map(({ position }) => position)).toEqual(whole.map((_, index) => index + 1));
    await expectSoundLedger(loyalty);
  });

  test("takes what a release before has written, and what was written while nobody numbered", async () => {
    const before = await wholeFeed(loyalty);
    for (const id of ["backlog-1", "backlog-2"]) await place(loyalty, id, "dora");
    await loyalty.database.query(`insert into events (program_id, member_key, version, n, type, data, occurred_at)
      select program_id, member_key, 1000, n, 'points.expired', '{"lot": 1, "points": 1}', now() from members, generate_series(0, 1) n where id = 'dora'`);
    await loyalty.numberEvents();

    const added = (await wholeFeed(loyalty)).slice(before.length);
    expect(added.filter(({ type }) => type === "order.placed").map(({ data }) => data.orderId)).toEqual(["backlog-1", "backlog-2"]);
    expect(added.slice(-2).map(({ type }) => type)).toEqual(["points.expired", "points.expired"]);
    await expectSoundLedger(loyalty);
  });
});

describe("waiting", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ config: { EVENTS_INTERVAL_MS: 50 } });
    await loyalty.createProgram(SHOP);
    await loyalty.numberEvents();
  });
  afterAll(() => loyalty.close());

  test("ends with the first event, without anybody asking for numbers", async () => {
    const { nextCursor } = await feedOf(loyalty);
    const waiting = feedOf(loyalty, `?after=${nextCursor}&wait=30`);
    await place(loyalty, "awaited", "ada");

    const page = await waiting;
    expect(page.data[0]).toMatchObject({ type: "member.enrolled", memberId: "ada" });
  });

  test("ends without one when its time is over, and when the service stops", async () => {
    const { nextCursor } = await feedOf(loyalty);
    expect(await feedOf(loyalty, `?after=${nextCursor}&wait=1`)).toEqual({ data: [], nextCursor, hasMore: false });

    const own = await startTestService();
    await own.createProgram(SHOP);
    await own.numberEvents();
    const end = await feedOf(own);
    const url = await own.listen();
    const waiting = fetch(`${url}/v1/events/feed?after=${end.nextCursor}&wait=30`, {
      headers: { authorization: `Bearer ${own.rootKey}`, "loyalty-program": SHOP.id },
    });
    await once(own.inside.app.server, "connection");
    await own.close();
    expect([200, 503]).toContain((await waiting).status);
  });
});
