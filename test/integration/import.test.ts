import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ImportAnswer, importFile, openImport } from "../support/import-request.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";

const order = (id: string, memberId: string, unitPrice = 1000, quantity = 1) => ({
  type: "order",
  ...orderBody(id, { memberId, unitPrice, quantity }),
});
const returning = (id: string, orderId: string, quantity = 1) => ({
  type: "return",
  id,
  orderId,
  occurredAt: "2026-02-02T00:00:00Z",
  lines: [{ line: 1, quantity }],
});
const fileOf = (...lines: (object | string)[]) => lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");

describe("POST /v1/import", () => {
  let loyalty: TestService;
  let url: string;
  let key: string;
  beforeAll(async () => {
    // A queue with less room than the window: imports have to be patient.
    loyalty = await startTestService({ config: { IMPORT_WINDOW: 64, MAX_QUEUE: 16, MAX_BATCH: 8 } });
    ({ key } = await loyalty.createProgram(SHOP));
    url = await loyalty.listen();
  });
  afterAll(() => loyalty.close());

  test("answers a line for each line, in order, as the operations themselves would", async () => {
    const file = fileOf(
      { type: "member", id: "I1", email: "i1@example.com" },
      order("I1-1", "I1", 2000, 2),
      returning("I1-R", "I1-1"),
      { type: "complete", orderId: "I1-1" },
      order("I1-2", "I1"),
      { type: "cancel", orderId: "I1-2", memberId: "I1" },
      { type: "openingBalance", id: "I1-B", memberId: "I1", occurredAt: "2026-02-03T00:00:00Z", lots: [{ wallet: "points", points: 500 }] },
    );

    const answers = await importFile(url, key, file);
    const again = await importFile(url, key, file);

    expect(answers).toEqual([
      { line: 1, status: 201, type: "member", id: "I1", memberId: "I1", replayed: false },
      expect.objectContaining({
        line: 2,
        status: 201,
        type: "order",
        id: "I1-1",
        points: { points: 40 },
        totals: expect.objectContaining({ gross: 4000, net: 4000 }),
      }),
      { line: 3, status: 201, type: "return", id: "I1-R", memberId: "I1", replayed: false, returnedNet: 2000, clawedBack: { points: 20 } },
      { line: 4, status: 201, type: "complete", id: "I1-1", memberId: "I1", replayed: false },
      expect.objectContaining({ line: 5, status: 201, id: "I1-2" }),
      { line: 6, status: 201, type: "cancel", id: "I1-2", memberId: "I1", replayed: false, returnedNet: 1000, clawedBack: { points: 10 } },
      { line: 7, status: 201, type: "openingBalance", id: "I1-B", memberId: "I1", replayed: false },
    ]);
    expect(again).toEqual(answers.map((answer) => ({ ...answer, status: 200, replayed: true })));
    expect(await pointsOf(loyalty, "I1")).toMatchObject({ available: 520, accruedTotal: 520 });
  });

  test("is a replay of what was sent to the operation itself, and the other way round", async () => {
    const body = orderBody("both", { memberId: "I2" });
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body });

    const answers = await importFile(url, key, fileOf({ type: "order", ...body }, returning("both-R", "both")));
    const { type: _type, orderId: _orderId, ...sent } = returning("both-R", "both");
    const again = await loyalty.expectStatus(200, "POST", "/v1/orders/both/returns", { body: sent });

    expect(answers).toMatchObject([
      { status: 200, replayed: true },
      { status: 201, replayed: false },
    ]);
    expect(again.headers["idempotent-replayed"]).toBe("true");
  });

  test("goes on after broken lines, and says of each what is wrong", async () => {
    const file = Buffer.concat([
      Buffer.from(fileOf(order("B1", "I3"), '{"type":"order",', "", '{"type":"refund","id":"x"}', { ...order("B2", "I3"), lines: [] }, "")),
      Buffer.from([0x22, 0xc3, 0x28, 0x22, 0x0a]),
      Buffer.from(
        fileOf(`"${"x".repeat(1_100_000)}"`, returning("B-R", "unknown"), { ...returning("B-M", "B1"), memberId: "I1" }, order("B3", "I3")),
      ),
    ]);

    const answers = await importFile(url, key, file);

    expect(answers).toMatchObject([
      { line: 1, status: 201, id: "B1" },
      { line: 2, status: 400, code: "malformed_json" },
      { line: 4, status: 422, code: "request_invalid", type: "refund", id: "x", errors: [{ pointer: "/type" }] },
      { line: 5, status: 422, code: "request_invalid", id: "B2", errors: [{ pointer: "/lines" }] },
      { line: 6, status: 400, code: "malformed_json" },
      { line: 7, status: 413, code: "body_too_large" },
      { line: 8, status: 404, code: "order_not_found", type: "return", id: "B-R" },
      { line: 9, status: 422, code: "order_member_mismatch" },
      { line: 10, status: 201, id: "B3" },
    ]);
    expect(await pointsOf(loyalty, "I3")).toMatchObject({ available: 20 });
  });

  test("keeps the order of a member's lines, also where the queue is full", async () => {
    const lines = Array.from({ length: 300 }, (_, index) => [
      order(`K${index}`, `K-${index % 3}`, 1000, 2),
      returning(`K${index}-1`, `K${index}`),
      returning(`K${index}-2`, `K${index}`),
    ]).flat();

    const answers = await importFile(url, key, fileOf(...lines));

    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    expect(answers.map(({ line }) => line)).toEqual(lines.map((_, index) => index + 1));
    for (const member of ["K-0", "K-1", "K-2"])
      expect(await pointsOf(loyalty, member)).toMatchObject({ available: 0, accruedTotal: 0, debt: 0 });
  });

  test("answers while the body is still being sent", async () => {
    const open = openImport(url, key);
    const answers = open.answers();

    await open.send(`${fileOf(order("S1", "I5"))}\n`);
    const first = await answers.next();
    expect((await loyalty.request("GET", "/v1/orders/S1")).status).toBe(200);
    await open.send(fileOf(order("S2", "I5")));
    open.end();
    const second = await answers.next();

    expect([first.value, second.value]).toMatchObject([
      { line: 1, status: 201 },
      { line: 2, status: 201 },
    ]);
    expect((await answers.next()).done).toBe(true);
  });

  test("takes no more of the body than it can answer while nobody reads its answers", async () => {
    const open = openImport(url, key);
    const line = `${JSON.stringify({ type: "nonsense", pad: "x".repeat(2000) })}\n`;
    const chunk = line.repeat(500);
    let sent = 0;
    const stalled = (async () => {
      for (; sent < 200; sent += 1) await open.send(chunk);
    })().catch(() => undefined);

    await Promise.race([stalled, setTimeout(1500)]);

    // 200 chunks are 200 MB; the window and the kernel's buffers on both sides take a small part of it.
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(120);
    open.destroy();
    await stalled;
  });

  test("takes a packed body, and says so when it is broken", async () => {
    const packed = gzipSync(fileOf(order("G1", "I6"), order("G2", "I6")));
    const encoded = { "content-encoding": "gzip" };

    const answers = await importFile(url, key, packed, encoded);
    const broken = await importFile(
      url,
      key,
      Buffer.concat([gzipSync(`${fileOf(order("G3", "I6"))}\n`).subarray(0, -12), Buffer.alloc(12, 0xff)]),
      encoded,
    );

    expect(answers).toMatchObject([
      { line: 1, status: 201 },
      { line: 2, status: 201 },
    ]);
    expect(broken.at(-1)).toMatchObject({ status: 400, code: "malformed_json" });
    const unknown = await loyalty.expectStatus(415, "POST", "/v1/import", {
      body: Buffer.from("x"),
      headers: { "content-type": "application/x-ndjson", "content-encoding": "br" },
    });
    expect(unknown.body).toMatchObject({ code: "media_type_unsupported" });
  });

  test("stops after what was submitted when the client goes away", async () => {
    const open = openImport(url, key);
    const answers = open.answers();
    await open.send(`${fileOf(order("W1", "I7"))}\n`);
    await answers.next();
    open.destroy();
    await setTimeout(50);

    const whole: ImportAnswer[] = await importFile(url, key, fileOf(order("W1", "I7"), order("W2", "I7")));

    expect(whole).toMatchObject([
      { status: 200, replayed: true },
      { status: 201, replayed: false },
    ]);
    expect(await pointsOf(loyalty, "I7")).toMatchObject({ available: 20 });
  });

  test("answers nothing for an empty body, and refuses what is not NDJSON", async () => {
    expect(await importFile(url, key, "\n\r\n  \n")).toEqual([]);
    const json = await loyalty.expectStatus(415, "POST", "/v1/import", { body: { type: "order" } });
    expect(json.body).toMatchObject({ code: "media_type_unsupported" });
  });
});
