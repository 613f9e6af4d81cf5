import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { KeptBalances } from "../../src/ledger/kept-balances.ts";
import { WrittenBalance } from "../../src/ledger/written-balance.ts";
import type { CompiledProgram } from "../../src/programs/compiled.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

/** Two wallets, points that wait and expire, a reward, tiers and pools: whatever makes another balance. */
const PROGRAM = {
  ...SHOP,
  id: "keepers",
  wallets: [
    { id: "points", pending: "P1D", expiry: "P1Y", clawback: "debt", transfers: {} },
    { id: "growth", kind: "status", clawback: "within_balance" },
  ],
  earning: [...SHOP.earning, { wallet: "growth", points: 2, perAmount: 100 }],
  pools: {},
  rewards: [
    { id: "lounge", label: "Lounge", price: [{ wallet: "points", points: 20 }], gives: { kind: "entitlement", entitlement: "lounge" } },
  ],
};
const NOW = "2026-03-10T12:00:00Z";

type Body = Record<string, unknown>;
type Request = ["POST" | "PUT", string, Body];
type Step = { does: string; now?: string; request?: Request };

const order = (id: string, memberId: string, unitPrice: number, occurredAt = "2026-02-01T12:00:00Z"): Request => [
  "POST",
  "/v1/orders",
  orderBody(id, { memberId, unitPrice, occurredAt }),
];
const adjustment = (id: string, memberId: string, points: number): Request => [
  "POST",
  `/v1/members/${memberId}/adjustments`,
  { id, wallet: "points", points, reason: "test", actor: "test" },
];

/** Each changes a balance, in a way of its own. */
const STEPS: Step[] = [
  { does: "an order", request: order("O1", "ada", 5000) },
  { does: "an order that makes silver", request: order("O2", "ada", 9000) },
  { does: "an order whose points wait", request: order("O3", "ada", 700, NOW) },
  { does: "points that become usable", now: "2026-03-11T12:00:00Z" },
  { does: "a look before that", now: NOW },
  { does: "a return", request: ["POST", "/v1/orders/O1/returns", { id: "R1", occurredAt: NOW, lines: [{ line: 1, quantity: 1 }] }] },
  { does: "an adjustment", request: adjustment("A1", "ada", 40) },
  { does: "a redemption", request: ["POST", "/v1/members/ada/redemptions", { id: "P1", reward: "lounge", channel: "online" }] },
  { does: "a hold", request: ["POST", "/v1/members/ada/holds", { id: "H1", wallet: "points", points: 9 }] },
  { does: "its release", request: ["POST", "/v1/members/ada/holds/H1/release", {}] },
  { does: "a tier that is given", request: ["PUT", "/v1/members/ada/tier", { tier: "bronze", reason: "test", actor: "test" }] },
  {
    does: "a transfer",
    request: ["POST", "/v1/transfers", { id: "T1", from: "ada", to: "bob", wallet: "points", points: 5 }],
  },
  {
    does: "a merge",
    request: ["POST", "/v1/merges", { id: "G1", from: "bob", into: "ada", reason: "one person", actor: "test" }],
  },
  { does: "an order of the one who is merged", request: order("O4", "bob", 1200) },
  {
    does: "a merge of one who has nothing",
    request: ["POST", "/v1/merges", { id: "G2", from: "cid", into: "ada", reason: "one", actor: "t" }],
  },
  { does: "the undoing of a merge", request: ["POST", "/v1/merges/G1/undo", { reason: "two persons" }] },
  { does: "the undoing of the other", request: ["POST", "/v1/merges/G2/undo", { reason: "two persons" }] },
  { does: "points that expire", now: "2027-02-02T00:00:00Z" },
  { does: "an erasure", request: ["POST", "/v1/members/bob/erase", { points: "forfeit" }] },
  {
    does: "another wallet",
    request: ["PUT", "/v1/program", { ...PROGRAM, wallets: [...PROGRAM.wallets, { id: "stars" }] }],
  },
];

describe("strong reads, of balances that the process has answered before", () => {
  let loyalty: TestService;
  /** On the same database, and keeps nothing. */
  let forgetful: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: NOW });
    forgetful = await startTestService({ now: NOW, database: loyalty.database, config: { BALANCE_CACHE_SIZE: 0 } });
    forgetful.use((await loyalty.createProgram(PROGRAM)).key);
    for (const id of MEMBERS) await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id } });
  });
  afterAll(async () => {
    await expectSoundLedger(loyalty);
    await forgetful.close();
    await loyalty.close();
  });

  const MEMBERS = ["ada", "bob", "cid", "dan"];
  const readAll = (service: TestService) =>
    Promise.all(MEMBERS.map(async (id) => (await service.request("GET", `/v1/members/${id}/balance?consistency=strong`)).body));

  test.each(STEPS)("see $does", async ({ now, request }) => {
    const before = await readAll(loyalty);
    if (now !== undefined) for (const { clock } of [loyalty, forgetful]) clock.set(now);
    if (request !== undefined) {
      const [method, path, body] = request;
      const asRoot = path === "/v1/program" ? { key: loyalty.rootKey, headers: { "loyalty-program": PROGRAM.id } } : {};
      // What another process publishes is known within a second; what it commits, at once.
      const by = path === "/v1/program" ? loyalty : forgetful;
      const answer = await by.request(method, path, { body, ...asRoot });
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    }

    const after = await readAll(loyalty);

    expect(after).not.toEqual(before);
    await expect.poll(() => readAll(forgetful), { timeout: 5_000 }).toEqual(after);
  });

  test("read what they know already once more where the server has begun another life", async () => {
    const firstExpiry = async () => {
      const { body } = await loyalty.request<{ wallets: { points: { expiring: { at: string }[] } } }>(
        "GET",
        "/v1/members/dan/balance?consistency=strong",
      );
      return body.wallets.points.expiring[0]?.at;
    };
    await loyalty.expectStatus(201, "POST", "/v1/members/dan/adjustments", {
      body: { id: "A9", wallet: "points", points: 3, reason: "test", actor: "test" },
    });
    const before = await firstExpiry();
    // What no command does: another balance without another account.
    await loyalty.database.query(
      `update lots l set expires_at = expires_at + interval '1 day' from members m where m.member_key = l.member_key and m.id = 'dan'`,
    );
    const unchanged = await firstExpiry();
    await loyalty.database.query("select pg_stat_reset_shared('bgwriter')");
    const after = await firstExpiry();
    await loyalty.database.query(
      `update lots l set expires_at = expires_at - interval '1 day' from members m where m.member_key = l.member_key and m.id = 'dan'`,
    );

    expect(before).toBe("2028-02-02T00:00:00.000Z");
    expect(unchanged).toBe(before);
    expect(after).toBe("2028-02-03T00:00:00.000Z");
  });

  test("are counted apart from those that are read", async () => {
    const counted = async () => {
      const { body } = await loyalty.expectStatus<{ text: string }>(200, "GET", "/metrics");
      const of = (outcome: string) =>
        Number(new RegExp(`^loyalty_balances_asked_total\\{outcome="${outcome}"\\} (\\d+)$`, "m").exec(body.text)?.[1]);
      return { unchanged: of("unchanged"), anew: of("anew") };
    };
    await readAll(loyalty);
    const before = await counted();
    await loyalty.expectStatus(201, "POST", "/v1/members/dan/adjustments", {
      body: { id: "A10", wallet: "points", points: 1, reason: "test", actor: "test" },
    });
    await readAll(loyalty);
    await readAll(loyalty);
    const after = await counted();

    // Dan once, and bob, who is erased and of whom nothing is kept, each time.
    expect({ unchanged: after.unchanged - before.unchanged, anew: after.anew - before.anew }).toEqual({ unchanged: 5, anew: 3 });
  });

  test("keep no more than the process may", async () => {
    const kept = new KeptBalances(2);
    const balanceOf = (memberId: string) =>
      WrittenBalance.of({ memberId, tier: "bronze", wallets: {}, version: 1, asOf: "2026-03-10T12:00:00.000Z" });
    const program = {} as CompiledProgram;
    for (const [memberKey, id] of MEMBERS.entries())
      kept.keep(1, id, "life", { memberKey, mark: 1, program, from: 10, until: 20, balance: balanceOf(id) });
    const known = (id: string, now = 10, of = program) => kept.find(1, id, { program: of, now }) !== undefined;

    expect(MEMBERS.map((id) => known(id))).toEqual([false, false, true, true]);
    expect([9, 19, 20].map((now) => known("dan", now))).toEqual([false, true, false]);
    expect(known("dan", 10, { ...program })).toBe(false);
    kept.keep(1, "ada", "another life", { memberKey: 0, mark: 1, program, from: 10, until: 20, balance: balanceOf("ada") });
    expect(MEMBERS.map((id) => known(id))).toEqual([true, false, false, false]);
  });
});
