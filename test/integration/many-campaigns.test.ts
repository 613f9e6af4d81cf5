import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

const NOW = "2026-03-01T12:00:00Z";
const percentOff = (percent: number) => [{ kind: "discount_percent", percent }];
const rules = Array.from({ length: 200 }, (_, index) => ({
  id: `campaign-${index}`,
  when: `order.channel == "channel-${index}" && order.gross >= 500`,
  effects: percentOff(10),
}));
const SKU = { id: "sku", lines: 'line.sku == "B"', effects: percentOff(50) };
const LATER = { id: "later", from: "2026-04-01T00:00:00Z", effects: percentOff(1) };

type Trace = { rule: string; matched: boolean; reason?: unknown };

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: NOW });
  await loyalty.createProgram({ ...SHOP, rules: [...rules, SKU, LATER] });
});
afterAll(() => loyalty.close());

const body = (id: string) => ({ ...orderBody(id, { occurredAt: NOW }), channel: "channel-7" });
const explanationOf = async (id: string) =>
  (await loyalty.expectStatus<{ rules: Trace[] }>(200, "GET", `/v1/orders/${id}/explanation`)).body.rules;

test("an order under many campaigns keeps those that it met, and explains them all", async () => {
  const { body: placed } = await loyalty.expectStatus<{ totals: object; explanation: Trace[] }>(201, "POST", "/v1/orders?explain=true", {
    body: body("M1"),
  });
  const [stored] = await loyalty.database.query<{ rules: string[] }>(
    "select array(select entry ->> 'rule' from json_array_elements(decision -> 'trace') entry) as rules from orders where order_id = 'M1'",
  );
  const { id: _id, ...cart } = body("");
  const quoted = await loyalty.expectStatus<{ explanation: Trace[] }>(200, "POST", "/v1/quotes?explain=true", { body: cart });

  expect(placed.totals).toMatchObject({ discount: 100 });
  expect(stored?.rules).toEqual(["tier:bronze", "campaign-7"]);
  expect(placed.explanation).toHaveLength(203);
  expect(placed.explanation).toEqual(await explanationOf("M1"));
  expect(quoted.body.explanation.map(({ rule }) => rule)).toEqual(placed.explanation.map(({ rule }) => rule));
  const traced = (rule: string) => placed.explanation.find((entry) => entry.rule === rule);
  expect(traced("campaign-7")).toMatchObject({ matched: true });
  expect(traced("campaign-8")).toMatchObject({
    matched: false,
    reason: { kind: "condition", part: 'order.channel == "channel-8"', values: { "order.channel": "channel-7" } },
  });
  expect(traced("sku")).toMatchObject({ matched: false, reason: { kind: "no_line_matched" } });
  expect(traced("later")).toMatchObject({ reason: { kind: "not_yet_active", at: "2026-04-01T00:00:00.000Z" } });
});

test("and does so by the version that decided it, whatever is in force now", async () => {
  await loyalty.expectStatus(201, "POST", "/v1/orders", { body: body("M2") });
  const before = await explanationOf("M2");
  await loyalty.expectStatus(200, "PUT", "/v1/program", { body: { ...SHOP, rules: [LATER] } });

  expect(await explanationOf("M2")).toEqual(before);
  expect(before).toHaveLength(203);
});
