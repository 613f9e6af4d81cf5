import { afterAll, beforeAll, expect, test } from "vitest";
import { programInput } from "../support/rules.ts";
import { startTestService, type TestService } from "../support/service.ts";

type Campaign = { id: string; state: string; effects: string[]; schedule: { isOpen: boolean; next: string | null } | null };
type Campaigns = { data: Campaign[]; nextCursor: string | null };

const effects = [{ kind: "discount_percent", percent: 5 }];
const rules = [
  {
    id: "eighth",
    label: "Member day",
    priority: 3,
    schedule: { daysOfMonth: [8] },
    effects: [...effects, ...effects, { kind: "gift", sku: "cup" }],
  },
  { id: "birthday", schedule: { birthday: "day" }, effects },
  { id: "always", effects },
  { id: "idea", state: "draft", effects },
  { id: "halted", state: "paused", effects },
  { id: "summer", from: "2026-06-01T00:00:00+08:00", until: "2026-09-01T00:00:00+08:00", effects },
];

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-05-07T12:00:00Z" });
  await loyalty.createProgram(programInput({ id: "campaigns", autoEnroll: true, rules }));
});
afterAll(() => loyalty.close());

const list = async (query = "") => (await loyalty.expectStatus<Campaigns>(200, "GET", `/v1/campaigns${query}`)).body;
const statesOf = ({ data }: Campaigns) => data.map(({ id, state }) => `${id} ${state}`);

test("lists the rules in force as they stand, and moves with the clock", async () => {
  loyalty.clock.set("2026-05-07T12:00:00Z");
  const all = await list();
  expect(statesOf(all)).toEqual(["always active", "birthday active", "eighth active", "halted paused", "idea draft", "summer scheduled"]);
  expect(all.data[2]).toEqual({
    id: "eighth",
    label: "Member day",
    state: "active",
    on: null,
    effects: ["discount_percent", "gift"],
    lane: null,
    priority: 3,
    from: null,
    until: null,
    schedule: { isOpen: false, next: "2026-05-07T16:00:00.000Z" },
    budgets: [],
  });
  expect(all.data[0]?.schedule).toBeNull();
  expect(all.data[1]?.schedule).toEqual({ isOpen: true, next: null });

  loyalty.clock.set("2026-05-07T16:00:00Z");
  expect((await list("?state=active")).data[2]?.schedule).toEqual({ isOpen: true, next: null });
  loyalty.clock.set("2026-05-31T16:00:00Z");
  expect(statesOf(await list())).toContain("summer active");
  loyalty.clock.set("2026-08-31T16:00:00Z");
  expect(statesOf(await list("?state=ended"))).toEqual(["summer ended"]);
});

test("pages, filters, answers one, and refuses what it does not know", async () => {
  const first = await list("?limit=4");
  expect(statesOf(await list(`?limit=4&cursor=${first.nextCursor}`))).toHaveLength(2);
  expect(await list("?state=draft")).toMatchObject({ data: [{ id: "idea" }], nextCursor: null });
  expect((await loyalty.expectStatus<Campaign>(200, "GET", "/v1/campaigns/halted")).body.state).toBe("paused");
  expect(await loyalty.request("GET", "/v1/campaigns/unknown")).toMatchObject({ status: 404, body: { code: "campaign_not_found" } });
  expect((await loyalty.request("GET", "/v1/campaigns?state=dead")).status).toBe(422);
});

test("a rule in draft applies to no order", async () => {
  const line = { line: 1, sku: "a", quantity: 1, unitPrice: 1000 };
  const body = { id: "o-1", memberId: "ada", occurredAt: loyalty.clock.now().toISOString(), currency: "CNY", lines: [line] };
  await loyalty.expectStatus(201, "POST", "/v1/orders", { body });
  const explained = await loyalty.expectStatus<{ rules: unknown[] }>(200, "GET", "/v1/orders/o-1/explanation");

  expect(explained.body.rules).toContainEqual(expect.objectContaining({ rule: "idea", matched: false, reason: { kind: "paused" } }));
});

test("what is used and left of budgets and of the stock of gifts stands with the campaign", async () => {
  const limited = {
    id: "limited",
    schedule: { months: [10] },
    budgets: [{ of: "money", atMost: 120, per: "day" }],
    effects: [
      { kind: "discount_percent", percent: 10 },
      { kind: "gift", sku: "cup", stock: 5, quantity: 2 },
    ],
  };
  await loyalty.createProgram(programInput({ id: "limited", autoEnroll: true, rules: [limited] }));
  loyalty.clock.set("2026-10-01T04:00:00Z");
  const line = { line: 1, sku: "a", quantity: 1, unitPrice: 1000 };
  const body = { id: "o-2", memberId: "ada", occurredAt: "2026-10-01T04:00:00Z", currency: "CNY", lines: [line] };
  await loyalty.expectStatus(201, "POST", "/v1/orders", { body });
  const budgets = async () => (await loyalty.expectStatus<{ budgets: unknown[] }>(200, "GET", "/v1/campaigns/limited")).body.budgets;

  const gifts = { of: "gifts", wallet: null, sku: "cup", per: null, atMost: 5, used: 2, left: 3 };
  expect(await budgets()).toEqual([{ of: "money", wallet: null, sku: null, per: "day", atMost: 120, used: 100, left: 20 }, gifts]);
  loyalty.clock.set("2026-10-01T16:00:00Z"); // the next local day
  expect(await budgets()).toEqual([{ of: "money", wallet: null, sku: null, per: "day", atMost: 120, used: 0, left: 120 }, gifts]);
});
