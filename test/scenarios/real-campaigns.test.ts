import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ImportAnswer, importFile } from "../support/import-request.ts";
import { parseRealOrders, readRealOrders, realOrdersAreThere } from "../support/real-orders.ts";
import { BONUS, type Recount, recountCampaigns } from "../support/recount-campaigns.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { allPages } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

/** A budget that ends within a bonus: 1 000 of 50 points, and one of 20. */
const BUDGET = 50_020;

/** A member day, a ladder of 满减, double points on a part of the goods, and a bonus as long as its budget lasts. */
const PROGRAM = {
  id: "real-campaigns",
  name: "Real campaigns",
  currency: "GBP",
  timeZone: "Europe/London",
  autoEnroll: true,
  wallets: [{ id: "points" }, { id: "bonus" }],
  earning: [{ wallet: "points", points: 1, perAmount: 100 }],
  tiers: [{ id: "member" }],
  rules: [
    { id: "member-day", priority: 100, schedule: { daysOfMonth: [8] }, effects: [{ kind: "discount_percent", percent: 10 }] },
    {
      id: "ladder",
      effects: [
        {
          kind: "discount_ladder",
          steps: [
            { atLeast: 30_000, amount: 3000 },
            { atLeast: 50_000, amount: 6000 },
          ],
        },
      ],
    },
    { id: "double", lines: 'line.sku.startsWith("22")', effects: [{ kind: "points_multiplier", wallet: "points", multiplier: 2 }] },
    {
      id: "bonus",
      when: `order.gross >= ${BONUS.fromGross}`,
      budgets: [{ of: "points", wallet: "bonus", atMost: BUDGET, returns: "keep" }],
      effects: [{ kind: "bonus_points", wallet: "bonus", points: BONUS.points }],
    },
  ],
};

type OrderAnswer = ImportAnswer & {
  id: string;
  totals: { gross: number; discount: number; net: number };
  points: { points?: number; bonus?: number };
};
type ReturnAnswer = ImportAnswer & { id: string; returnedNet: number; clawedBack: { points?: number; bonus?: number } };
type Wallet = { available: number; debt: number; accruedTotal: number };
type ListedMember = { wallets: { points: Wallet; bonus: Wallet } };

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

describe.runIf(realOrdersAreThere())("the real orders of half a year under campaigns", () => {
  let loyalty: TestService;
  let answers: ImportAnswer[];
  let orders: OrderAnswer[];
  let bonuses: Map<string, number>;
  let recount: Recount;
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2011-06-01T00:00:00Z" });
    const { key } = await loyalty.createProgram(PROGRAM);
    answers = await importFile(await loyalty.listen(), key, await readRealOrders(), { "content-encoding": "gzip" });
    orders = answers.filter((answer): answer is OrderAnswer => answer.type === "order");
    bonuses = new Map(orders.map(({ id, points }) => [id, points.bonus ?? 0]));
    recount = recountCampaigns(await parseRealOrders(), bonuses);
  }, 180_000);
  afterAll(() => loyalty.close());

  test("each order has the discount, net and points of an independent count", () => {
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    expect(orders.length).toBe(7409);
    const decided = orders.map(({ id, totals: { gross, discount, net }, points }) => [
      id,
      { gross, discount, net, points: points.points ?? 0 },
    ]);
    expect(Object.fromEntries(decided)).toEqual(Object.fromEntries(recount.orders));
  });

  test("each return takes back what that count takes back", () => {
    const returns = answers.filter((answer): answer is ReturnAnswer => answer.type === "return");

    expect(returns.length).toBe(1445);
    const taken = returns.map(({ id, returnedNet, clawedBack }) => [
      id,
      { returnedNet, clawedBack: clawedBack.points ?? 0, bonusClawedBack: clawedBack.bonus ?? 0 },
    ]);
    expect(Object.fromEntries(taken)).toEqual(Object.fromEntries(recount.returns));
  });

  test("the budget is spent to the last point, on orders that the rule is for, and on no more", async () => {
    const eligible = [...recount.orders].filter(([, { gross }]) => gross >= BONUS.fromGross).map(([id]) => id);
    const given = [...bonuses].filter(([, points]) => points > 0);

    expect(eligible.length).toBeGreaterThan(BUDGET / BONUS.points);
    expect(given.map(([id]) => id).filter((id) => !eligible.includes(id))).toEqual([]);
    expect(given.map(([, points]) => points).filter((points) => points !== BONUS.points)).toEqual([BUDGET % BONUS.points]);
    expect(sum(given.map(([, points]) => points))).toBe(BUDGET);
    expect(await loyalty.database.query("select used::int from counters where member_key = 0", [])).toEqual([{ used: BUDGET }]);
  });

  test("the members have together what is left, and the ledger proves itself", async () => {
    const members = await allPages<ListedMember>(loyalty, "/v1/members?limit=200");

    const left =
      sum([...recount.orders.values()].map(({ points }) => points)) - sum([...recount.returns.values()].map((part) => part.clawedBack));
    expect(sum(members.map(({ wallets }) => wallets.points.accruedTotal))).toBe(left);
    expect(sum(members.map(({ wallets }) => wallets.points.available - wallets.points.debt))).toBe(left);
    const bonusLeft = BUDGET - sum([...recount.returns.values()].map((part) => part.bonusClawedBack));
    expect(sum(members.map(({ wallets }) => wallets.bonus.accruedTotal))).toBe(bonusLeft);
    await expectSoundLedger(loyalty);
  }, 180_000);
});
