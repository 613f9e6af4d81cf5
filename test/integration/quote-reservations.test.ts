import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

type Quoted = {
  totals: { discount: number };
  effects: { kind: string }[];
  coupons?: { valid: boolean; reason?: string }[];
  quoteToken: string;
  reserved?: boolean;
};

const NOW = "2026-03-10T00:00:00Z";
const HALF_AN_HOUR_LATER = "2026-03-10T00:30:00Z";
const JUST_BEFORE = "2026-03-10T00:29:59Z";

let first: TestService;
let second: TestService;
beforeAll(async () => {
  first = await startTestService({ now: NOW });
  second = await startTestService({ now: NOW, database: first.database });
  const when = (name: string) => `order.attributes.rule == "${name}"`;
  const { key } = await first.createProgram({
    ...SHOP,
    ordersCount: "completed",
    rules: [
      {
        id: "budget",
        when: when("budget"),
        budgets: [{ of: "money", atMost: 1000 }],
        effects: [{ kind: "discount_percent", percent: 50 }],
      },
      { id: "gift", when: when("gift"), effects: [{ kind: "gift", sku: "MUG", quantity: 1, stock: 1 }] },
    ],
    coupons: [{ id: "five", gives: [{ kind: "discount_amount", amount: 500 }] }],
  });
  second.use(key);
});
afterAll(async () => {
  await second.close();
  await first.close();
});
beforeEach(() => {
  first.clock.set(NOW);
  second.clock.set(NOW);
});

const make = (code: string, maxUses = 1) =>
  first.expectStatus(201, "POST", "/v1/coupon-codes", { body: { code, coupon: "five", maxUses, validFrom: "2026-03-01T00:00:00Z" } });
const usesOf = async (code: string) => (await first.expectStatus<{ used: number }>(200, "GET", `/v1/coupon-codes/${code}`)).body.used;
const cart = (memberId: string, over: Record<string, unknown> = {}) => {
  const { id: _quoteHasNone, ...body } = orderBody("none", { memberId, unitPrice: 2000, quantity: 1, occurredAt: NOW });
  return { ...body, ...over };
};
const quote = async (body: Record<string, unknown>, by = first): Promise<Quoted> =>
  (await by.expectStatus<Quoted>(200, "POST", "/v1/quotes", { body })).body;
const reserve = (body: Record<string, unknown>, by = first) => quote({ ...body, reserve: true }, by);
const place = async (
  status: number,
  id: string,
  body: Record<string, unknown>,
): Promise<{ code: string; details: { reason?: string }; totals: { discount: number } }> =>
  (
    await first.expectStatus<{ code: string; details: { reason?: string }; totals: { discount: number } }>(status, "POST", "/v1/orders", {
      body: { id, ...body },
    })
  ).body;
const rows = async () => (await first.database.query<{ n: number }>("select count(*)::integer as n from quote_reservations"))[0]?.n;

describe("a quote with `reserve`", () => {
  test("holds the last use of a code for its member: others find it used up, and its order counts it once", async () => {
    await make("LAST");
    const held = await reserve(cart("ada", { coupons: ["LAST"] }));
    expect(held).toMatchObject({ totals: { discount: 500 }, reserved: true, coupons: [{ valid: true }] });
    expect(await usesOf("LAST")).toBe(0);

    expect((await quote(cart("bob", { coupons: ["LAST"] }), second)).coupons).toMatchObject([{ reason: "used_up" }]);
    expect(await place(409, "bob-1", cart("bob", { coupons: ["LAST"] }))).toMatchObject({ details: { reason: "used_up" } });
    expect(await reserve(cart("bob", { coupons: ["LAST"] }), second)).toMatchObject({ totals: { discount: 0 }, reserved: false });

    await place(201, "ada-1", { ...cart("ada", { coupons: ["LAST"] }), quoteToken: held.quoteToken });
    expect([await usesOf("LAST"), await rows()]).toEqual([1, 0]);
    await place(200, "ada-1", { ...cart("ada", { coupons: ["LAST"] }), quoteToken: held.quoteToken });
    expect(await usesOf("LAST")).toBe(1);
  });

  test("is given to one of many at once, in two services", async () => {
    for (const code of ["RACE1", "RACE2", "RACE3"]) {
      await make(code);
      const racers = Array.from({ length: 12 }, (_, n) => reserve(cart(`racer-${n}`, { coupons: [code] }), n % 2 === 0 ? first : second));
      const reserved = (await Promise.all(racers)).filter((answer) => answer.reserved);
      expect(reserved).toHaveLength(1);
      expect(reserved[0]?.coupons).toMatchObject([{ valid: true }]);
    }
  });

  test("holds nothing from its end on, though no job has run; the job removes its rows", async () => {
    await make("ENDS");
    const held = await reserve(cart("cleo", { coupons: ["ENDS"] }));
    second.clock.set(JUST_BEFORE);
    expect((await quote(cart("dan", { coupons: ["ENDS"] }), second)).coupons).toMatchObject([{ reason: "used_up" }]);
    first.clock.set(HALF_AN_HOUR_LATER);
    expect((await quote(cart("dan", { coupons: ["ENDS"] }))).coupons).toMatchObject([{ valid: true }]);
    await place(201, "dan-1", cart("dan", { coupons: ["ENDS"] }));
    expect(await place(409, "cleo-1", { ...cart("cleo", { coupons: ["ENDS"] }), quoteToken: held.quoteToken })).toMatchObject({
      code: "quote_expired",
    });
    expect(await usesOf("ENDS")).toBe(1);
    expect(await rows()).toBeGreaterThan(0);
    expect((await first.runJobs())["quote-reservations"]).toBeGreaterThan(0);
    expect(await rows()).toBe(0);
  });

  test("is given free by request, and by the member's next one", async () => {
    await make("FREE");
    await reserve(cart("eve", { coupons: ["FREE"] }));
    const release = async () => (await first.expectStatus(200, "DELETE", "/v1/members/eve/quote-reservation")).body;
    expect([await release(), await release()]).toEqual([
      { memberId: "eve", released: true },
      { memberId: "eve", released: false },
    ]);
    expect((await quote(cart("fay", { coupons: ["FREE"] }))).coupons).toMatchObject([{ valid: true }]);

    await reserve(cart("eve", { coupons: ["FREE"] }));
    expect(await reserve(cart("eve"))).toMatchObject({ reserved: false });
    expect((await quote(cart("fay", { coupons: ["FREE"] }))).coupons).toMatchObject([{ valid: true }]);
    expect(await rows()).toBe(0);
  });

  test("of a member who becomes another one is given free", async () => {
    await make("MERGED");
    for (const id of ["ned", "ole"]) await first.expectStatus(201, "POST", "/v1/members", { body: { id } });
    expect((await reserve(cart("ned", { coupons: ["MERGED"] }))).reserved).toBe(true);
    await first.expectStatus(201, "POST", "/v1/merges", { body: { id: "m-1", from: "ned", into: "ole", reason: "same person" } });
    expect((await quote(cart("pia", { coupons: ["MERGED"] }))).coupons).toMatchObject([{ valid: true }]);
  });

  test("never stands in its member's own way, and holds so much less when another order uses it", async () => {
    await make("OWN", 2);
    await place(201, "gus-0", cart("gus", { coupons: ["OWN"] }));
    const held = await reserve(cart("hal", { coupons: ["OWN"] }));
    expect((await quote(cart("hal", { coupons: ["OWN"] }))).coupons).toMatchObject([{ valid: true }]);
    expect((await reserve(cart("hal", { coupons: ["OWN"] }))).reserved).toBe(true);

    await place(201, "hal-1", cart("hal", { coupons: ["OWN"] }));
    expect([await usesOf("OWN"), await rows()]).toEqual([2, 0]);
    expect(await place(409, "hal-2", { ...cart("hal", { coupons: ["OWN"] }), quoteToken: held.quoteToken })).toMatchObject({
      code: "quote_unavailable",
    });
  });

  test("holds a budget and a gift of rules; another quote gets what is left of them", async () => {
    const budget = { attributes: { rule: "budget" } };
    const gift = { attributes: { rule: "gift" } };
    const held = await reserve(cart("ida", budget));
    expect(held.totals.discount).toBe(1000);
    expect((await quote(cart("jim", budget))).totals.discount).toBe(0);
    expect((await place(201, "jim-1", cart("jim", budget))).totals.discount).toBe(0);
    expect((await place(201, "ida-1", { ...cart("ida", budget), quoteToken: held.quoteToken })).totals.discount).toBe(1000);

    expect(await reserve(cart("kim", gift))).toMatchObject({ effects: [{ kind: "gift" }], reserved: true });
    expect((await quote(cart("leo", gift), second)).effects).toEqual([]);
  });

  test("leaves books that prove themselves, and what is wrong with them is found", async () => {
    await make("PROOF", 3);
    await reserve(cart("max", { coupons: ["PROOF"], attributes: { rule: "gift-not" } }));
    await expectSoundLedger(first);
    const found = async (sql: string): Promise<string[]> => {
      await first.database.query(`begin; set local session_replication_role = replica; ${sql}; commit`);
      const { differences } = (await first.expectStatus<{ differences: { check: string }[] }>(200, "GET", "/v1/verification")).body;
      return differences.map(({ check }) => check);
    };
    const ofMax = "member_key = (select member_key from members where id = 'max')";
    expect(await found(`update quote_reservations set amount = 4 where ${ofMax}`)).toEqual(["quote_reservation"]);
    expect(await found(`update quote_reservations set amount = 1 where ${ofMax}`)).toEqual([]);
    const another = `insert into quote_reservations select program_id, member_key, 'gift life gifts MUG', period, gen_random_uuid(), 1, expires_at
      from quote_reservations where ${ofMax}`;
    expect(await found(another)).toEqual(["quote_reservation"]);
    expect(await found(`update quote_reservations set key = 'gone life uses' where ${ofMax} and key like 'gift%'`)).toEqual([
      "quote_reservation",
      "quote_reservation",
    ]);
  });
});
