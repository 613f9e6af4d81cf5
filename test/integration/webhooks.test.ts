import { Webhook } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

type Made = { id: string; secret: string; position: number; enabled: boolean; disabledReason: string | null };
type Delivery = { position: number; status: string; attempts: number; nextAttemptAt: string | null; lastStatus: number | null };

let loyalty: TestService;
let key: string;
let receiver: Receiver;
let others: Receiver[];
const config = { WEBHOOK_ALLOW_PRIVATE: true };
beforeAll(async () => {
  // The library of the specification takes messages of the last five minutes only.
  loyalty = await startTestService({ config, now: new Date().toISOString() });
  ({ key } = await loyalty.createProgram(SHOP));
});
afterAll(() => loyalty.close());

beforeEach(async () => {
  loyalty.clock.set(new Date().toISOString());
  receiver = await startReceiver();
  others = [];
});
afterEach(async () => {
  const { body } = await loyalty.expectStatus<{ data: Made[] }>(200, "GET", "/v1/webhooks");
  for (const { id } of body.data) await loyalty.expectStatus(204, "DELETE", `/v1/webhooks/${id}`);
  for (const one of [receiver, ...others]) await one.close();
});

const make = async (body: Record<string, unknown> = {}): Promise<Made> =>
  (await loyalty.expectStatus<Made>(201, "POST", "/v1/webhooks", { body: { url: receiver.url, types: ["order.placed"], ...body } })).body;
let orders = 0;
async function place(count: number, memberId = "ada"): Promise<string[]> {
  const ids = Array.from({ length: count }, () => `order-${++orders}`);
  for (const id of ids) await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(id, { memberId }) });
  await loyalty.numberEvents();
  return ids;
}
const deliver = (service = loyalty) => service.inside.webhooks.deliverAll();
const idsOf = ({ received }: Receiver) => received.map(({ body }) => (JSON.parse(body) as { data: { orderId: string } }).data.orderId);
const deliveriesOf = async ({ id }: Made, query = "") =>
  (await loyalty.expectStatus<{ data: Delivery[] }>(200, "GET", `/v1/webhooks/${id}/deliveries${query}`)).body.data;
const verify = (secret: string, { body, headers }: Receiver["received"][number]) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

describe("deliveries", () => {
  test("arrive once, in order, signed as the library of the specification verifies", async () => {
    const { secret, id } = await make();
    const placed = await place(40);
    await deliver();

    expect(idsOf(receiver)).toEqual(placed);
    for (const received of receiver.received) {
      expect(verify(secret, received)).toMatchObject({ type: "order.placed", version: 1, memberId: "ada" });
      expect(received.headers["webhook-id"]).toBe((received.event as unknown as { id: string }).id);
    }
    await deliver();
    expect(receiver.received).toHaveLength(40);
    const stored = await loyalty.database.query<{ secret: Buffer }>("select secret from webhook_endpoints");
    expect(stored[0]?.secret.toString("latin1")).not.toContain(secret.slice("whsec_".length));
    expect(await deliveriesOf({ id } as Made)).toEqual([]);
  });

  test("begin with what is committed after the webhook was made, and what arrived late is forgotten some time later", async () => {
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("just-before", { memberId: "ada" }) });
    receiver.answer = () => ({ status: 500 });
    const made = await make();
    const placed = await place(1);
    await deliver();
    expect(idsOf(receiver)).toEqual(placed);

    receiver.answer = () => ({ status: 204 });
    loyalty.clock.advance(3_600_000);
    await deliver();
    expect(await deliveriesOf(made)).toMatchObject([{ status: "delivered", attempts: 2 }]);
    loyalty.clock.advance(29 * 86_400_000);
    expect((await loyalty.runJobs())["webhook-deliveries"]).toBe(0);
    loyalty.clock.advance(86_400_000);
    expect((await loyalty.runJobs())["webhook-deliveries"]).toBe(1);
    expect(await deliveriesOf(made)).toEqual([]);
  });

  test("that fail for a while miss nothing", async () => {
    receiver.answer = () => ({ status: 500 });
    const made = await make();
    const placed = await place(40);
    for (let hour = 0; hour < 3; hour += 1) {
      await deliver();
      loyalty.clock.advance(3_600_000);
    }
    expect((await deliveriesOf(made, "?status=pending")).length).toBeGreaterThanOrEqual(32);
    receiver.answer = () => ({ status: 200 });
    receiver.received.length = 0;
    await deliver();
    loyalty.clock.advance(1_000);
    await deliver();

    expect(new Set(idsOf(receiver))).toEqual(new Set(placed));
    expect(await deliveriesOf(made, "?status=pending")).toEqual([]);
    expect((await deliveriesOf(made, "?status=delivered")).length).toBeGreaterThanOrEqual(32);
  });

  test("are given up after ten attempts on the schedule, listed, and sent again when somebody asks", async () => {
    receiver.answer = () => ({ status: 503 });
    const made = await make();
    await place(1);
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await deliver();
      loyalty.clock.advance(2 * 86_400_000);
    }
    expect(receiver.received).toHaveLength(10);
    const [dead] = await deliveriesOf(made, "?status=failed");
    expect(dead).toMatchObject({ attempts: 10, lastStatus: 503, nextAttemptAt: null });

    receiver.answer = () => ({ status: 204 });
    await loyalty.expectStatus(200, "POST", `/v1/webhooks/${made.id}/deliveries/${dead?.position}/retry`);
    await deliver();
    expect(receiver.received).toHaveLength(11);
    expect(await deliveriesOf(made)).toMatchObject([{ status: "delivered", attempts: 1 }]);
  });

  test("wait as long as the receiver asks for", async () => {
    receiver.answer = () => ({ status: 429, headers: { "retry-after": "7200" } });
    const made = await make();
    await place(1);
    await deliver();
    const begun = loyalty.clock.now().getTime();
    loyalty.clock.advance(7_000_000);
    await deliver();

    expect(receiver.received).toHaveLength(1);
    const [waiting] = await deliveriesOf(made);
    expect(Date.parse(waiting?.nextAttemptAt ?? "")).toBe(begun + 7_200_000);
  });

  test("end where the receiver answers 410, with an event, and go on when it is enabled again", async () => {
    receiver.answer = () => ({ status: 410 });
    const made = await make();
    await place(1);
    await deliver();
    const stopped = await loyalty.expectStatus<Made>(200, "GET", `/v1/webhooks/${made.id}`);
    expect(stopped.body).toMatchObject({ enabled: false, disabledReason: "the receiver answered 410 Gone" });
    expect(await loyalty.database.query("select data from events where type = 'webhook.disabled'")).toMatchObject([
      { data: { webhookId: made.id } },
    ]);
    const [missed] = await place(1);
    await deliver();
    expect(receiver.received).toHaveLength(1);

    receiver.answer = () => ({ status: 200 });
    await loyalty.expectStatus(200, "PATCH", `/v1/webhooks/${made.id}`, { body: { enabled: true } });
    await deliver();
    expect(idsOf(receiver)).toContain(missed);
  });

  test("to a receiver that hangs delay no other", async () => {
    const hung = await startReceiver(() => "hang");
    others.push(hung);
    await make({ url: hung.url });
    await make();
    const placed = await place(3);
    const delivering = deliver();
    await vi.waitFor(() => expect(idsOf(receiver)).toEqual(placed), 10_000);
    expect(hung.received).toHaveLength(1);
    await hung.close();
    await delivering;
  });

  test("are signed by both secrets until the overlap ends", async () => {
    const made = await make();
    const rotated = await loyalty.expectStatus<{ secret: string }>(200, "POST", `/v1/webhooks/${made.id}/rotate-secret`, {
      body: { overlapHours: 1 },
    });
    await place(1);
    await deliver();
    const [first] = receiver.received;
    if (first === undefined) throw new Error("nothing arrived");
    for (const secret of [made.secret, rotated.body.secret]) expect(verify(secret, first)).toMatchObject({ type: "order.placed" });

    loyalty.clock.advance(3_600_001);
    await place(1);
    await deliver();
    expect(receiver.received.at(-1)?.headers["webhook-signature"]).not.toContain(" ");
  });

  test("follow no redirect, and are sent once more from a position or a time", async () => {
    receiver.answer = () => ({ status: 302, headers: { location: receiver.url } });
    const made = await make();
    await place(2);
    await deliver();
    expect(receiver.received).toHaveLength(2);
    expect(await deliveriesOf(made)).toMatchObject([{ lastStatus: 302 }, { lastStatus: 302 }]);

    receiver.answer = () => ({ status: 200 });
    const back = await loyalty.expectStatus<Made>(200, "POST", `/v1/webhooks/${made.id}/replay`, { body: { after: made.position } });
    expect(back.body.position).toBe(made.position);
    await deliver();
    expect(receiver.received).toHaveLength(4);
    await loyalty.expectStatus(200, "POST", `/v1/webhooks/${made.id}/replay`, { body: { since: "1970-01-02T00:00:00Z" } });
    await loyalty.expectStatus(422, "POST", `/v1/webhooks/${made.id}/replay`, { body: { after: 1_000_000 } });
  });

  test("go on where a process died in the middle, after its lease", async () => {
    const rival = await startTestService({ database: loyalty.database, config, now: loyalty.clock.now().toISOString() });
    rival.use(key);
    await make();
    const placed = await place(2);
    await loyalty.database.query("update webhook_endpoints set lease_id = gen_random_uuid(), leased_until = $1", [
      new Date(loyalty.clock.now().getTime() + 60_000),
    ]);
    await deliver(rival);
    expect(receiver.received).toEqual([]);

    rival.clock.advance(60_000);
    await Promise.all([deliver(rival), deliver()]);
    expect(idsOf(receiver)).toEqual(placed);
    await rival.close();
  });
});

test("a test message is answered with what the receiver said", async () => {
  receiver.answer = () => ({ status: 418 });
  const made = await make();
  const { body } = await loyalty.expectStatus(200, "POST", `/v1/webhooks/${made.id}/test`);

  expect(body).toMatchObject({ status: 418, error: null });
  const [received] = receiver.received;
  if (received === undefined) throw new Error("nothing arrived");
  expect(verify(made.secret, received)).toMatchObject({ type: "webhook.test", id: body.messageId });
});

describe("addresses that are not of the internet", () => {
  let guarded: TestService;
  beforeAll(async () => {
    guarded = await startTestService({ now: new Date().toISOString() });
    await guarded.createProgram(SHOP);
  });
  afterAll(() => guarded.close());

  test.each([
    "http://example.com/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://10.1.2.3/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1]/",
    "https://user:secret@example.com/",
  ])("%s is refused", async (url) => {
    const refused = await guarded.expectStatus(422, "POST", "/v1/webhooks", { body: { url } });
    expect(refused.body).toMatchObject({ code: "request_invalid", errors: [{ pointer: "/url" }] });
  });

  test("a name that stands for this machine is not connected to", async () => {
    const made = await guarded.expectStatus<Made>(201, "POST", "/v1/webhooks", {
      body: { url: receiver.url.replace("http://127.0.0.1", "https://localhost") },
    });
    const { body } = await guarded.expectStatus(200, "POST", `/v1/webhooks/${made.body.id}/test`);

    expect(body).toMatchObject({ status: null, error: "address_not_public" });
    expect(receiver.received).toEqual([]);
  });
});
