import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { type CliResult, runCli } from "../support/run-cli.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

let loyalty: TestService;
let receiver: Receiver;
let env: Record<string, string>;
beforeAll(async () => {
  receiver = await startReceiver();
  loyalty = await startTestService({ config: { WEBHOOK_ALLOW_PRIVATE: true }, now: new Date().toISOString() });
  const { key } = await loyalty.createProgram(SHOP);
  env = { LOYALTY_URL: await loyalty.listen(), LOYALTY_KEY: key };
});
afterAll(async () => {
  await loyalty.close();
  await receiver.close();
});

const run = (...args: string[]): Promise<CliResult> => runCli(args, env);

describe("on the command line", () => {
  test("the feed is written from a position on, and says where to go on", async () => {
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("o-1") });
    await loyalty.numberEvents();

    const all = await run("events");
    const placed = await run("events", "--types", "order.placed", "--after", "1");

    const lines = all.out.trimEnd().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { position: number }).position)).toEqual(lines.map((_, index) => index + 1));
    expect(JSON.parse(placed.out)).toMatchObject({ type: "order.placed", data: { orderId: "o-1" } });
    expect(placed.err).toContain(`--after ${lines.length}`);
    const [{ id = "" } = {}] = [JSON.parse(placed.out) as { id?: string }];
    expect(await run("events", "show", id)).toMatchObject({ code: 0, out: placed.out });
    expect(await runCli(["events", "show", id, "--program", SHOP.id], { ...env, LOYALTY_KEY: loyalty.rootKey })).toMatchObject({
      out: placed.out,
    });
    expect(await run("events", "show", "evt_zz_1_0")).toMatchObject({ code: 1, out: "", err: expect.stringContaining("No such event") });
    expect(await run("events", "--after", "99999")).toMatchObject({ code: 1, out: "", err: expect.stringContaining("/query/after") });
  });

  test("webhooks are listed, tried, looked at for what was given up, and sent back", async () => {
    const url = receiver.url;
    const { id } = (await loyalty.expectStatus<{ id: string }>(201, "POST", "/v1/webhooks", { body: { url, types: ["order.placed"] } }))
      .body;
    receiver.answer = () => ({ status: 500 });
    expect(await run("webhooks", "test", id)).toMatchObject({ code: 1, out: expect.stringMatching(/^500 after \d+ ms\n$/) });
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("o-2") });
    await loyalty.numberEvents();
    for (let attempt = 0; attempt < 11; attempt += 1) {
      await loyalty.inside.webhooks.deliverAll();
      loyalty.clock.advance(3 * 86_400_000);
    }

    const dead = await run("webhooks", "dead", id);
    const [position = ""] = dead.out.split("\t");
    expect(dead.out).toMatch(/^\d+\t10 attempts\t500\t.+\n$/);
    expect((await run("webhooks", "retry", id, position)).out).toBe(`${position} is pending\n`);
    receiver.answer = () => ({ status: 204 });
    expect(await run("webhooks", "test", id)).toMatchObject({ code: 0, out: expect.stringMatching(/^204 after/) });
    expect(await run("webhooks", "replay", id)).toMatchObject({ code: 2, out: "" });
    expect((await run("webhooks", "replay", id, "--after", "1")).out).toBe(`${id} goes on behind 1\n`);
    expect((await run("webhooks", "list")).out).toMatch(new RegExp(`^${id}\tenabled\tat 1\t\\d+ failures\t${url}\n$`));
  });
});
