import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyProgram } from "../../src/verify/verify-program.ts";
import { BONUS_FROM_GROSS, BONUS_POINTS, LedgerModel, type ModelOrder, type ModelProgram } from "../support/ledger-model.ts";
import { startTestService, type TestService } from "../support/service.ts";

/** Sequences of each program; more with LOYALTY_MODEL_RUNS. */
const RUNS = Number(process.env.LOYALTY_MODEL_RUNS ?? 20);
const HOUR_MS = 3_600_000;

type Real = { service: TestService; member: (n: number) => string; check(): Promise<void>; sent: { path: string; body: unknown }[] };
type Step = fc.AsyncCommand<LedgerModel, Real>;

const at = (model: LedgerModel): string => new Date(model.now).toISOString();

/** Sends a request that must take effect and remembers it, so that a later step can send it again. */
async function send(real: Real, path: string, body: unknown): Promise<void> {
  await real.service.expectStatus(201, "POST", path, { body });
  real.sent.push({ path, body });
}

type Line = { quantity: number; unitPrice: number };

const place = (memberNumber: number, lines: Line[]): Step => ({
  check: () => true,
  run: async (model, real) => {
    const id = `${real.member(memberNumber)}-${model.orders.length}`;
    const body = {
      id,
      memberId: real.member(memberNumber),
      occurredAt: at(model),
      currency: "GBP",
      lines: lines.map((line, index) => ({ line: index + 1, sku: `sku-${index}`, ...line })),
    };
    await send(real, "/v1/orders", body);
    model.place(id, real.member(memberNumber), lines);
    await real.check();
  },
  toString: () => `place(member ${memberNumber}, ${JSON.stringify(lines)})`,
});

const isKept = (order: ModelOrder | undefined): order is ModelOrder => order?.status === "placed" || order?.status === "completed";

/** A step on an order that exists: `n` counts over those that do. */
const onOrder = (n: number, name: string, run: (model: LedgerModel, real: Real, order: ModelOrder) => Promise<void>): Step => ({
  check: (model) => model.orders.length > 0,
  run: async (model, real) => {
    const order = model.orders[n % model.orders.length];
    if (order !== undefined) await run(model, real, order);
    await real.check();
  },
  toString: () => `${name}(order ${n})`,
});

const giveBack = (n: number, lineSeed: number, quantity: number): Step =>
  onOrder(n, `return ${quantity} of line ${lineSeed}`, async (model, real, order) => {
    if (order.status === "cancelled") return;
    const line = lineSeed % order.quantities.length;
    const left = (order.quantities[line] ?? 0) - (order.returned[line] ?? 0);
    const path = `/v1/orders/${order.id}/returns`;
    const body = { id: `r-${order.id}-${real.sent.length}`, occurredAt: at(model), lines: [{ line: line + 1, quantity }] };
    if (quantity > left) {
      await real.service.expectStatus(422, "POST", path, { body });
      return;
    }
    await send(real, path, body);
    model.giveBack(order, line, quantity);
  });

const complete = (n: number): Step =>
  onOrder(n, "complete", async (model, real, order) => {
    const path = `/v1/orders/${order.id}/complete`;
    if (order.status !== "placed") return;
    await real.service.expectStatus(200, "POST", path, { body: { occurredAt: at(model) } });
    model.complete(order);
  });

const cancel = (n: number): Step =>
  onOrder(n, "cancel", async (model, real, order) => {
    if (!isKept(order)) return;
    await real.service.expectStatus(200, "POST", `/v1/orders/${order.id}/cancel`, { body: { occurredAt: at(model) } });
    model.cancel(order);
  });

const replay = (n: number): Step => ({
  check: () => true,
  run: async (_model, real) => {
    const again = real.sent[n % Math.max(1, real.sent.length)];
    if (again === undefined) return;
    const { headers } = await real.service.expectStatus(200, "POST", again.path, { body: again.body });
    expect(headers["idempotent-replayed"]).toBe("true");
    await real.check();
  },
  toString: () => `replay(${n})`,
});

const wait = (hours: number): Step => ({
  check: () => true,
  run: async (model, real) => {
    model.now += hours * HOUR_MS;
    real.service.clock.advance(hours * HOUR_MS);
    await real.check();
  },
  toString: () => `wait(${hours} h)`,
});

const line = fc.record({ quantity: fc.integer({ min: 1, max: 5 }), unitPrice: fc.integer({ min: 0, max: 4_000 }) });
const number = fc.nat({ max: 20 });
const steps = [
  fc.tuple(fc.integer({ min: 1, max: 2 }), fc.array(line, { minLength: 1, maxLength: 3 })).map(([member, lines]) => place(member, lines)),
  fc.tuple(number, number, fc.integer({ min: 1, max: 5 })).map(([n, lineSeed, quantity]) => giveBack(n, lineSeed, quantity)),
  number.map(complete),
  number.map(cancel),
  number.map(replay),
  fc.integer({ min: 1, max: 24 * 8 }).map(wait),
];

const definitionOf = ({ ordersCount, pendingDays, expiryDays }: ModelProgram) => ({
  id: `model-${ordersCount}`,
  name: "Model",
  currency: "GBP",
  timeZone: "UTC",
  autoEnroll: true,
  ordersCount,
  wallets: [{ id: "points", pending: `P${pendingDays}D`, expiry: `P${expiryDays}D` }],
  earning: [{ wallet: "points", points: 1, perAmount: 100 }],
  tiers: [{ id: "base" }],
  rules: [
    {
      id: "bonus",
      when: `order.gross >= ${BONUS_FROM_GROSS}`,
      effects: [{ kind: "bonus_points", wallet: "points", points: BONUS_POINTS }],
    },
  ],
});

describe.each([
  { ordersCount: "placed", pendingDays: 2, expiryDays: 10 },
  { ordersCount: "completed", pendingDays: 1, expiryDays: 3 },
] as const)("a program whose orders count when $ordersCount", (program) => {
  let service: TestService;
  let verifier: pg.Client;
  let programId: number;
  let sequence = 0;

  beforeAll(async () => {
    service = await startTestService();
    await service.createProgram(definitionOf(program));
    verifier = new pg.Client({ connectionString: service.database.url });
    await verifier.connect();
    const [row] = await service.database.query<{ program_id: number }>("select program_id from programs");
    programId = row?.program_id ?? 0;
  });
  afterAll(async () => {
    await verifier.end();
    await service.close();
  });

  async function checkMember(model: LedgerModel, member: string): Promise<void> {
    if (!model.orders.some((order) => order.member === member)) return;
    const expected = { ...model.balanceOf(member), held: 0, debt: 0, redeemedTotal: 0 };
    for (const query of ["", "?consistency=strong"]) {
      const { body } = await service.expectStatus<{ wallets: { points: object } }>(200, "GET", `/v1/members/${member}/balance${query}`);
      expect(body.wallets.points, `${member}${query}`).toMatchObject(expected);
    }
  }

  async function checkLedger(): Promise<void> {
    const differences: unknown[] = [];
    await verifyProgram(verifier, programId, { onDifference: (difference) => differences.push(difference) });
    expect(differences).toEqual([]);
  }

  test(`${RUNS} random sequences leave what the model says, and every invariant holds after each step`, { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 20, size: "max" }), async (commands) => {
        sequence += 1;
        const model = new LedgerModel(program, service.clock.now().getTime());
        const member = (n: number) => `s${sequence}-m${n}`;
        const check = async () => {
          await checkMember(model, member(1));
          await checkMember(model, member(2));
          await checkLedger();
        };
        await fc.asyncModelRun(() => ({ model, real: { service, member, check, sent: [] } }), commands);
      }),
      { numRuns: RUNS },
    );
  });
});
