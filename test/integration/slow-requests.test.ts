import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";

let loyalty: TestService;
const lines: string[] = [];
let port: number;
let key: string;
beforeAll(async () => {
  loyalty = await startTestService({
    config: { REQUEST_TIMEOUT_SECONDS: 1 },
    log: pino({ level: "warn" }, { write: (line: string) => void lines.push(line) }),
  });
  key = (await loyalty.createProgram("retail-gbp")).key;
  port = Number(new URL(await loyalty.listen()).port);
});
afterAll(() => loyalty.close());

const head = (path: string, type: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer ${key}\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`;

/** Sends some text at once, then a piece every so often until the line is closed or the pieces end. Answers what came back. */
async function send(start: string, pieces: { text: string; times: number; everyMs: number }): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.setEncoding("utf8").on("error", () => undefined);
  let answer = "";
  socket.on("data", (text: string) => {
    answer += text;
  });
  const closed = once(socket, "close");
  socket.write(start);
  for (let time = 0; time < pieces.times && !socket.destroyed && socket.writable; time += 1) {
    socket.write(pieces.text);
    await sleep(pieces.everyMs);
  }
  await closed;
  return answer;
}

const ENDLESS = 1_000;
const order = { id: "1", memberId: "ada", occurredAt: "2026-02-01T00:00:00Z", currency: "GBP" };
const line = `${JSON.stringify({ type: "order", ...order, lines: [{ line: 1, sku: "a", quantity: 1, unitPrice: 100 }] })}\n`;

describe("a request that comes piece by piece", () => {
  test.each([
    ["with its head", "GET /v1/members HTTP/1.1\r\nHost: a\r\n", "X-More: 1\r\n"],
    ["with its body", () => head("/v1/orders", "application/json", 100_000), " "],
  ])("%s is answered that it is too slow, and cut", async (_what, start, text) => {
    const answer = await send(typeof start === "string" ? start : start(), { text, times: ENDLESS, everyMs: 100 });

    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"request_too_slow"');
  });

  test("and was refused meanwhile is cut without another answer", async () => {
    const start = head("/v1/orders", "application/json", 100_000).replace(/Connection.*\r\n|Bearer \S+/g, "");

    const answer = await send(start, { text: " ", times: ENDLESS, everyMs: 100 });

    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 401"]);
  });
});

test("a connection over which nothing comes is cut", async () => {
  expect(await send("", { text: "", times: 0, everyMs: 0 })).toMatch(/^(?:$|HTTP\/1\.1 408 )/);
});

describe("an upload", () => {
  test("that falls silent is cut, and what it has written stands", async () => {
    const answer = await send(head("/v1/import", "application/x-ndjson", 100_000), { text: line, times: 1, everyMs: 0 });

    expect(answer).toContain('"status":201');
    expect(answer).not.toContain("request_too_slow");
    await loyalty.expectStatus(200, "GET", "/v1/orders/1");
  });

  test("may take long while something comes", async () => {
    const times = 8;

    const answer = await send(head("/v1/import", "application/x-ndjson", line.length * times), { text: line, times, everyMs: 300 });

    expect(answer.match(/"status":20[01]/g)).toHaveLength(times);
  });
});

test("none of it is taken for a defect or for a database that is away", () => {
  expect(lines).toEqual([]);
});
