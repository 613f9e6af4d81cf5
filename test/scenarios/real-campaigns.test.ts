import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ImportAnswer, importFile } from "../support/import-request.ts";
import { parseRealOrders, readRealOrders, realOrdersAreThere } from "../support/real-orders.ts";
import { type Recount, recountCampaigns } from "../support/recount-campaigns.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { allPages } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

/** A member day, a ladder of 满减 and double points on a part of the goods. */
const PROGRAM = {
  id: "real-campaigns",
  name: "Real campaigns",
  currency: "GBP",
  timeZone: "Europe/London",
  autoEnroll: true,
  wallets: [{ id: "points" }],
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
    { id: "double", lines: 'line.sku.startsWith("22")', effects: [{ kind: "points_multiplier", multiplier: 2 }] },
  ],
};

type OrderAnswer = ImportAnswer & { id: string; totals: { discount: number; net: number }; points: { points?: number } };
type ReturnAnswer = ImportAnswer & { id: string; returnedNet: number; clawedBack: { points?: number } };
type ListedMember = { wallets: { points: { available: number; debt: number; accruedTotal: number } } };

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

describe.runIf(realOrdersAreThere())("the real orders of half a year under campaigns", () => {
  let loyalty: TestService;
  let answers: ImportAnswer[];
  let recount: Recount;
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2011-06-01T00:00:00Z" });
    const { key } = await loyalty.createProgram(PROGRAM);
    answers = await importFile(await loyalty.listen(), key, await readRealOrders(), { "content-encoding": "gzip" });
    recount = recountCampaigns(await parseRealOrders());
  }, 180_000);
  afterAll(() => loyalty.close());

  test("each order has the discount, net and points of an independent count", () => {
    const orders = answers.filter((answer): answer is OrderAnswer => answer.type === "order");

    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    expect(orders.length).toBe(7409);
    const decided = orders.map(({ id, totals, points }) => [
      id,
      { discount: totals.discount, net: totals.net, points: points.points ?? 0 },
    ]);
    expect(Object.fromEntries(decided)).toEqual(Object.fromEntries(recount.orders));
  });

  test("each return takes back what that count takes back", () => {
    const returns = answers.filter((answer): answer is ReturnAnswer => answer.type === "return");

    expect(returns.length).toBe(1445);
    const taken = returns.map(({ id, returnedNet, clawedBack }) => [id, { returnedNet, clawedBack: clawedBack.points ?? 0 }]);
    expect(Object.fromEntries(taken)).toEqual(Object.fromEntries(recount.returns));
  });

  test("the members have together what is left, and the ledger proves itself", async () => {
    const members = await allPages<ListedMember>(loyalty, "/v1/members?limit=200");

    const left =
      sum([...recount.orders.values()].map(({ points }) => points)) - sum([...recount.returns.values()].map((part) => part.clawedBack));
    expect(sum(members.map(({ wallets }) => wallets.points.accruedTotal))).toBe(left);
    expect(sum(members.map(({ wallets }) => wallets.points.available - wallets.points.debt))).toBe(left);
    await expectSoundLedger(loyalty);
  }, 180_000);
});
