import { afterEach, describe, expect, test } from "vitest";
import { cloneDatabase } from "../support/database.ts";
import { type HttpCaller, httpCaller } from "../support/http-caller.ts";
import { startTestService, type TestService, type TestServiceOptions } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const CONNECTIONS = 128;

/** Each order would get £1 off, 5 points and a place in a draw; there are £30.50, 148 points and 33 places. */
const PROGRAM = {
  ...SHOP,
  tiers: [{ id: "bronze" }],
  rules: [
    { id: "money", effects: [{ kind: "discount_amount", amount: 100 }], budgets: [{ of: "money", atMost: 3050 }] },
    {
      id: "points",
      effects: [{ kind: "bonus_points", wallet: "points", points: 5 }],
      budgets: [{ of: "points", atMost: 148, per: "month" }],
    },
    { id: "uses", effects: [{ kind: "entitlement", entitlement: "draw" }], budgets: [{ of: "uses", atMost: 33, per: "day" }] },
    { id: "each", effects: [{ kind: "entitlement", entitlement: "once" }], caps: [{ of: "uses", atMost: 2, for: "member" }] },
  ],
};

type Order = { totals: { discount: number }; points: { amount: number }[]; effects: { entitlement?: string }[] };
type Shop = { loyalty: TestService; http: HttpCaller };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function startShop(options: TestServiceOptions = {}): Promise<Shop> {
  const loyalty = await startTestService({ now: "2026-03-01T12:00:00Z", ...options });
  closing.push(() => loyalty.close());
  const { key } = await loyalty.createProgram(PROGRAM);
  const http = httpCaller(await loyalty.listen(), key, CONNECTIONS);
  closing.push(() => http.close());
  return { loyalty, http };
}

async function startShops(count: number): Promise<Shop[]> {
  if (count === 1) return [await startShop()];
  const database = await cloneDatabase();
  closing.push(() => database.drop());
  const shops: Shop[] = [];
  for (let n = 0; n < count; n += 1) shops.push(await startShop({ database, config: { BALANCE_CACHE_SIZE: 0 } }));
  return shops;
}

const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const shopOf = (shops: readonly Shop[], n: number): Shop => shops[n % shops.length] as Shop;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** 128 orders of 40 members at once, at £10 each. */
async function rush(shops: readonly Shop[], prefix: string): Promise<Order[]> {
  const answers = await Promise.all(
    times(128, (n) => shopOf(shops, n).http.post<Order>("/v1/orders", orderBody(`${prefix}-${n}`, { memberId: `M${n % 40}` }))),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  return answers.map(({ body }) => body);
}

const granted = (orders: readonly Order[], entitlement: string): number =>
  orders.filter(({ effects }) => effects.some((effect) => effect.entitlement === entitlement)).length;
/** The points beside those for what was paid: one a pound. */
const bonusOf = ({ points, totals }: Order): number => sum(points.map(({ amount }) => amount)) - Math.floor((1000 - totals.discount) / 100);

const used = async ({ loyalty }: Shop): Promise<Record<string, number>> => {
  const rows = await loyalty.database.query<{ key: string; used: string }>(
    "select key, used::text from counters where member_key = 0 order by key",
  );
  return Object.fromEntries(rows.map((row) => [row.key, Number(row.used)]));
};

describe.each([1, 2])("with %d services on one database", (count) => {
  test("128 orders at once spend budgets of money, points and uses to the last, and no further", async () => {
    const shops = await startShops(count);

    const orders = await rush(shops, "o");

    expect(sum(orders.map(({ totals }) => totals.discount))).toBe(3050);
    expect(sum(orders.map(bonusOf))).toBe(148);
    expect(granted(orders, "draw")).toBe(33);
    expect(granted(orders, "once")).toBe(2 * 40);
    expect(await used(shopOf(shops, 0))).toEqual({ "money life money": 3050, "points month points points": 148, "uses day uses": 33 });
    await expectSoundLedger(shopOf(shops, 0).loyalty);
  });

  test("orders, returns and cancellations at once never overspend, and what came back is spent again", async () => {
    const shops = await startShops(count);
    await rush(shops, "first");

    const steps = await Promise.all(
      times(128, async (n) => {
        const { http } = shopOf(shops, n + 1);
        if (n % 3 === 0) return http.post(`/v1/orders/first-${n}/cancel`, {});
        if (n % 3 === 1) return http.post("/v1/orders", orderBody(`second-${n}`, { memberId: `M${n % 40}` }));
        return http.post(`/v1/orders/first-${n}/returns`, {
          id: `r-${n}`,
          occurredAt: "2026-02-02T00:00:00Z",
          lines: [{ line: 1, quantity: 1 }],
        });
      }),
    );
    expect(new Set(steps.map(({ status }) => status))).toEqual(new Set([200, 201]));
    const between = await used(shopOf(shops, 0));
    for (const [key, atMost] of [
      ["money life money", 3050],
      ["points month points points", 148],
      ["uses day uses", 33],
    ] as const) {
      expect(between[key]).toBeGreaterThanOrEqual(0);
      expect(between[key]).toBeLessThanOrEqual(atMost);
    }
    await expectSoundLedger(shopOf(shops, 0).loyalty);

    await rush(shops, "third");
    expect(await used(shopOf(shops, 0))).toEqual({ "money life money": 3050, "points month points points": 148, "uses day uses": 33 });
    await expectSoundLedger(shopOf(shops, 0).loyalty);
  });
});
