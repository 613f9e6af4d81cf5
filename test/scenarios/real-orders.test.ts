import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ImportAnswer, importFile } from "../support/import-request.ts";
import { readBesideRealOrders, readRealOrders, realOrdersAreThere } from "../support/real-orders.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { allPages } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const READS_AT_ONCE = 50;

type OrderLine = ImportAnswer & { type: "order"; totals: { gross: number; discount: number; net: number }; points: { points: number } };
type ReturnLine = ImportAnswer & { type: "return"; returnedNet: number; clawedBack: { points?: number } };
type ListedMember = { id: string; tier: string; wallets: { points: { available: number } } };
type ListedOrder = { points: { rules: string[] }[] };

const sum = <Item>(items: readonly Item[], amountOf: (item: Item) => number): number =>
  items.reduce((total, item) => total + amountOf(item), 0);

describe.runIf(realOrdersAreThere())("the real orders of half a year", () => {
  let loyalty: TestService;
  let importAll: () => Promise<ImportAnswer[]>;
  let answers: ImportAnswer[];
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2011-06-01T00:00:00Z" });
    const { key } = await loyalty.createProgram("retail-gbp");
    const url = await loyalty.listen();
    const file = await readRealOrders();
    importAll = () => importFile(url, key, file, { "content-encoding": "gzip" });
    answers = await importAll();
  }, 180_000);
  afterAll(() => loyalty.close());

  const expectedMembers = async () =>
    (await readBesideRealOrders("members.csv")).split("\n").filter((line) => line !== "" && !line.startsWith("member,"));
  const listMembers = () => allPages<ListedMember>(loyalty, "/v1/members?limit=200");
  const lineOf = ({ id, tier, wallets }: ListedMember) => `${id},${tier},${wallets.points.available}`;

  /** Orders whose points name the rule that doubles them. */
  async function countDoubled(members: readonly ListedMember[]): Promise<number> {
    let doubled = 0;
    for (let start = 0; start < members.length; start += READS_AT_ONCE) {
      const some = members.slice(start, start + READS_AT_ONCE);
      const orders = await Promise.all(some.map(({ id }) => allPages<ListedOrder>(loyalty, `/v1/orders?memberId=${id}&limit=200`)));
      doubled += orders.flat().filter(({ points }) => points.some(({ rules }) => rules.includes("double-from-300"))).length;
    }
    return doubled;
  }

  test("lead to the expected totals, all of them", async () => {
    expect(answers.filter(({ status }) => status !== 201)).toEqual([]);
    expect(answers.map(({ line }) => line)).toEqual(answers.map((_, index) => index + 1));
    const orders = answers.filter((answer): answer is OrderLine => answer.type === "order");
    const returns = answers.filter((answer): answer is ReturnLine => answer.type === "return");
    const members = await listMembers();
    const tiers = Object.entries(Object.groupBy(members, ({ tier }) => `tier ${tier}`)).map(([tier, those]) => [tier, those?.length]);

    expect({
      accrued: sum(orders, ({ points }) => points.points),
      available: sum(members, ({ wallets }) => wallets.points.available),
      clawedBack: sum(returns, ({ clawedBack }) => clawedBack.points ?? 0),
      discount: sum(orders, ({ totals }) => totals.discount),
      doubled: await countDoubled(members),
      gross: sum(orders, ({ totals }) => totals.gross),
      members: members.length,
      net: sum(orders, ({ totals }) => totals.net),
      orders: orders.length,
      returnedNet: sum(returns, ({ returnedNet }) => returnedNet),
      returns: returns.length,
      ...Object.fromEntries(tiers),
      sha256: createHash("sha256").update(members.map(lineOf).sort().join("\n")).digest("hex"),
    }).toEqual(JSON.parse(await readBesideRealOrders("expected.json")));
  });

  test("leave each member with the expected tier and points", async () => {
    expect((await listMembers()).map(lineOf).sort()).toEqual((await expectedMembers()).sort());
  });

  test("are replays when they are imported again, and change nothing", async () => {
    const before = await listMembers();

    const again = await importAll();

    expect(again).toEqual(answers.map((answer) => ({ ...answer, status: 200, replayed: true })));
    expect(await listMembers()).toEqual(before);
  });

  test("leave a ledger that proves itself", () => expectSoundLedger(loyalty));
});
