import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

type Code = { code: string; status: string; used: number; left: number; validFrom: string; validUntil: string | null; revoked?: object };
type Decided = {
  totals: { discount: number };
  coupons?: { code: string; valid: boolean; coupon?: string; shared?: true; reason?: string }[];
  quoteToken: string;
};
type Refused = { code: string; details: Record<string, unknown>; errors: { pointer: string; code: string }[] };

const NOW = "2026-03-10T00:00:00Z";
const five = [{ kind: "discount_amount", amount: 500 }];

let first: TestService;
let second: TestService;
beforeAll(async () => {
  first = await startTestService({ now: NOW });
  second = await startTestService({ now: NOW, database: first.database });
  const { key } = await first.createProgram({
    ...SHOP,
    ordersCount: "completed",
    rules: [],
    coupons: [
      { id: "five", label: "5 off", gives: five },
      { id: "kept", gives: five, onReturn: "keep" },
      { id: "march", from: "2026-03-05T00:00:00Z", until: "2026-04-01T00:00:00Z", validFor: "P7D", gives: five },
      { id: "told" },
    ],
  });
  second.use(key);
});
afterAll(async () => {
  await second.close();
  await first.close();
});

const make = (body: Record<string, unknown>, status = 201) =>
  first.expectStatus<Code & Refused>(status, "POST", "/v1/coupon-codes", { body: { coupon: "five", maxUses: 10, ...body } });
const read = async (code: string): Promise<Code> => (await first.expectStatus<Code>(200, "GET", `/v1/coupon-codes/${code}`)).body;
const cart = (memberId: string, coupons: string[], over: Record<string, unknown> = {}) => {
  const { id: _quoteHasNone, ...body } = orderBody("none", { memberId, unitPrice: 2000, quantity: 1, occurredAt: NOW });
  return { ...body, coupons, ...over };
};
const quote = async (body: Record<string, unknown>): Promise<Decided> =>
  (await first.expectStatus<Decided>(200, "POST", "/v1/quotes", { body })).body;
const place = async <Body = Decided>(status: number, id: string, body: Record<string, unknown>): Promise<Body> =>
  (await first.expectStatus<Body>(status, "POST", "/v1/orders", { body: { id, ...body } })).body;
const reasonOf = async (body: Record<string, unknown>) => (await quote(body)).coupons?.[0]?.reason;

describe("a code that is not bound to a member", () => {
  test("is made once, whatever its spelling; other terms are refused", async () => {
    const { body } = await make({ code: "Welcome-50", maxUses: 50, maxUsesPerMember: 1 });
    expect(body).toMatchObject({ code: "WELCOME50", label: "5 off", batch: null, status: "valid", maxUses: 50, used: 0, left: 50 });

    const again = await make({ code: "WELCOME 50", maxUses: 50, maxUsesPerMember: 1 }, 200);
    expect([again.body, again.headers["idempotent-replayed"]]).toEqual([body, "true"]);
    expect((await make({ code: "welcome50", maxUses: 51, maxUsesPerMember: 1 }, 409)).body.code).toBe("id_reused");
    for (const bad of [
      { code: "no" },
      { code: "A_B_C" },
      { code: "BAD", coupon: "gone" },
      { code: "BAD", coupon: "told" },
      { code: "BAD", maxUses: 0 },
    ])
      expect((await make(bad, 422)).body.code).toBe("request_invalid");
    expect(await read("welcome-50")).toEqual(body);
    await first.expectStatus(404, "GET", "/v1/coupon-codes/BAD");
  });

  test("is valid within what its coupon says, and so long from its start", async () => {
    const validity = async (body: Record<string, unknown>) => {
      const { validFrom, validUntil, status } = (await make(body)).body;
      return [validFrom.slice(0, 10), validUntil?.slice(0, 10), status];
    };
    expect(await validity({ code: "MARCH1", coupon: "march" })).toEqual(["2026-03-10", "2026-03-17", "valid"]);
    expect(await validity({ code: "MARCH2", coupon: "march", validUntil: "2026-05-01T00:00:00Z" })).toEqual([
      "2026-03-10",
      "2026-04-01",
      "valid",
    ]);
    expect(await validity({ code: "MARCH3", coupon: "march", validFrom: "2026-03-20T00:00:00Z" })).toEqual([
      "2026-03-20",
      "2026-03-27",
      "not_started",
    ]);
    expect((await make({ code: "MARCH4", coupon: "march", validFrom: "2026-04-01T00:00:00Z" }, 409)).body.code).toBe("coupon_over");
    expect((await make({ code: "MARCH5", validUntil: NOW }, 409)).body.code).toBe("coupon_over");
  });

  test("is used by any member, as often as one may and as all may, and says why not", async () => {
    await make({ code: "TWICE", maxUses: 3, maxUsesPerMember: 2 });
    expect(await quote(cart("uma", ["twice"]))).toMatchObject({
      totals: { discount: 500 },
      coupons: [{ code: "TWICE", valid: true, coupon: "five", shared: true }],
    });
    await place(201, "u-1", cart("uma", ["twice"]));
    await place(200, "u-1", cart("uma", ["twice"]));
    await place(201, "u-2", cart("uma", ["TWICE"]));
    const refused = await place<Refused>(409, "u-3", cart("uma", ["TWICE"]));
    expect(refused).toMatchObject({ code: "coupon_not_valid", errors: [{ pointer: "/coupons/0", code: "member_limit" }] });
    await place(201, "v-1", cart("vic", ["TWICE"]));
    expect(await reasonOf(cart("wim", ["TWICE"]))).toBe("used_up");
    expect(await read("TWICE")).toMatchObject({ status: "used_up", used: 3, left: 0 });

    await first.expectStatus(200, "POST", "/v1/orders/u-1/cancel", { body: {} });
    expect(await read("TWICE")).toMatchObject({ status: "valid", used: 2, left: 1 });
    await place(201, "u-3", cart("uma", ["TWICE"]));

    await make({ code: "SOON", validFrom: "2026-03-11T00:00:00Z", validUntil: "2026-03-12T00:00:00Z" });
    expect(await reasonOf(cart("wim", ["SOON"]))).toBe("not_started");
    expect((await quote(cart("wim", ["SOON", "SO-ON"]))).coupons?.map(({ reason }) => reason)).toEqual(["not_started", "repeated"]);
    expect(await reasonOf(cart("wim", ["NEVERMADE"]))).toBe("unknown");
  });

  test("moves with a revision, comes back with a whole return, and stays used where its coupon says so", async () => {
    await make({ code: "MOVE", maxUses: 1 });
    await make({ code: "STAY", coupon: "kept", maxUses: 2 });
    await place(201, "m-1", cart("mia", ["MOVE", "STAY"]));
    await first.expectStatus(200, "PATCH", "/v1/orders/m-1", { body: cart("mia", ["STAY"]) });
    expect([(await read("MOVE")).used, (await read("STAY")).used]).toEqual([0, 1]);
    await first.expectStatus(200, "PATCH", "/v1/orders/m-1", { body: cart("mia", ["STAY", "MOVE"]) });
    const back = { id: "m-back", occurredAt: NOW, lines: [{ line: 1, quantity: 1 }] };
    await first.expectStatus(201, "POST", "/v1/orders/m-1/returns", { body: back });
    expect([(await read("MOVE")).used, (await read("STAY")).used]).toEqual([0, 1]);
  });

  test("revoked is used by no other order, whatever it was quoted; who used it keeps it", async () => {
    await make({ code: "LEAKED" });
    await place(201, "l-1", cart("lea", ["LEAKED"]));
    const { quoteToken } = await quote(cart("leo", ["LEAKED"]));
    const revoke = (reason: string) =>
      first.expectStatus<Code>(200, "POST", "/v1/coupon-codes/LEAKED/revoke", { body: { reason, actor: "a" } });
    const revoked = (await revoke("posted on a forum")).body;
    expect(revoked).toMatchObject({ status: "revoked", used: 1, revoked: { reason: "posted on a forum", actor: "a" } });
    expect((await revoke("another reason")).body).toEqual(revoked);

    expect(await reasonOf(cart("leo", ["LEAKED"]))).toBe("revoked");
    expect(await place(409, "l-2", { ...cart("leo", ["LEAKED"]), quoteToken })).toMatchObject({ details: { reason: "revoked" } });
    expect((await first.expectStatus<Decided>(200, "GET", "/v1/orders/l-1")).body).toMatchObject({ totals: { discount: 500 } });
  });

  test("used up between a quote and its order makes the quote unavailable", async () => {
    await make({ code: "LAST", maxUses: 1 });
    const { quoteToken } = await quote(cart("zoe", ["LAST"]));
    await place(201, "z-1", cart("zed", ["LAST"]));
    expect(await place(409, "z-2", { ...cart("zoe", ["LAST"]), quoteToken })).toMatchObject({ code: "quote_unavailable" });
    // Of a cart that was told so, the coupon is at fault.
    const told = await quote(cart("zoe", ["LAST"]));
    expect(await place(409, "z-2", { ...cart("zoe", ["LAST"]), quoteToken: told.quoteToken })).toMatchObject({ code: "coupon_not_valid" });
  });

  test("with 5 uses is used by exactly 5 of 20 orders at once, in two services", async () => {
    await make({ code: "RACE", maxUses: 5 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? first : second).request<Refused>("POST", "/v1/orders", {
          body: { id: `race-${n}`, ...cart(`racer-${n}`, ["RACE"]) },
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(answers.filter(({ body }) => body.code === "coupon_not_valid" && body.details.reason === "used_up")).toHaveLength(15);
    expect(await read("RACE")).toMatchObject({ used: 5, left: 0, status: "used_up" });
  });

  test("cannot be guessed: ten that nobody knows in a minute make the member wait, and no other", async () => {
    await make({ code: "SECRET" });
    const guesses = Array.from({ length: 6 }, (_, n) => `GUESS${n}`);
    await quote(cart("eve", guesses));
    expect(await place<Refused>(409, "e-1", cart("eve", guesses))).toMatchObject({ code: "coupon_not_valid" });

    const late = await first.request("POST", "/v1/quotes", { body: cart("eve", ["SECRET"]) });
    expect(late).toMatchObject({ status: 429, body: { code: "rate_limited" }, headers: { "retry-after": "60" } });
    await place(429, "e-1", cart("eve", ["SECRET"]));
    await place(201, "e-1", cart("eve", []));
    expect((await quote(cart("fay", ["SECRET"]))).coupons).toMatchObject([{ valid: true }]);
    first.clock.set("2026-03-10T00:01:00Z");
    expect((await quote(cart("eve", ["SECRET"]))).coupons).toMatchObject([{ valid: true }]);
    expect((await read("SECRET")).used).toBe(0);
  });

  test("is listed by its characters and its coupon, page by page", async () => {
    const codes: string[] = [];
    let cursor = "";
    do {
      const page = await first.expectStatus<{ data: Code[]; nextCursor: string | null }>(
        200,
        "GET",
        `/v1/coupon-codes?coupon=march&limit=2${cursor}`,
      );
      codes.push(...page.body.data.map(({ code }) => code));
      cursor = page.body.nextCursor === null ? "" : `&cursor=${page.body.nextCursor}`;
    } while (cursor !== "");
    expect(codes).toEqual(["MARCH1", "MARCH2", "MARCH3"]);
    expect((await first.expectStatus<{ data: Code[] }>(200, "GET", "/v1/coupon-codes?batch=none")).body.data).toEqual([]);
  });

  test("leaves books that prove themselves, and what is wrong with them is found", async () => {
    await expectSoundLedger(first);
    const found = async (sql: string): Promise<string[]> => {
      await first.database.query(`begin; set local session_replication_role = replica; ${sql}; commit`);
      const { differences } = (await first.expectStatus<{ differences: { check: string }[] }>(200, "GET", "/v1/verification")).body;
      return differences.map(({ check }) => check);
    };
    const counter = "update counters set used = used + 1 where key like 'code:TWICE %' and member_key";
    expect(await found(`${counter} = 0`)).toEqual(["program_counter", "coupon_code_uses"]);
    expect(await found(`${counter.replace("+", "-")} = 0`)).toEqual([]);
    expect(await found("update coupon_codes set max_uses = 4 where code = 'RACE'")).toEqual(["coupon_code_uses"]);
    expect(await found("update coupon_codes set max_uses = 5 where code = 'RACE'")).toEqual([]);
    expect(await found("update coupon_codes set max_uses_per_member = 1 where code = 'TWICE'")).toEqual(["coupon_code_uses"]);
    expect(await found("delete from coupon_codes where code = 'TWICE'")).toEqual([...Array(3).fill("coupon_code_uses"), "audit"]);
  });
});
