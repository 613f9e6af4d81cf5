import { canonicalHash } from "../../src/core/canonical.ts";
import { LoyaltyError } from "../../src/core/errors.ts";
import type { Command, Engine, ProgramContext } from "../../src/engine/commands.ts";
import type { Cart } from "../../src/orders/order.ts";

/** Two services on one database: to each other they are two processes. */
export type RaceWorld = {
  engines: readonly [Engine, Engine];
  program: ProgramContext;
  /** Makes a code that everybody may use, so many times. */
  makeCode(code: string, maxUses: number): Promise<void>;
};

/** Lets many commands run at once, in both services; answers what is wrong with what came of it. `id` is new for each round. */
export type Race = { name: string; needsReward?: true; run(world: RaceWorld, id: string): Promise<string[]> };

const pieceOf = (id: string): string => `piece-${id}`;

/** A reward of 20 pieces for each of these rounds. */
export const raceProgram = (ids: readonly string[]) => ({
  id: "races",
  name: "Races",
  currency: "GBP",
  timeZone: "UTC",
  autoEnroll: true,
  wallets: [{ id: "points", transfers: {} }],
  earning: [{ wallet: "points", points: 1, perAmount: 100 }],
  tiers: [{ id: "base" }],
  coupons: [{ id: "five-off", gives: [{ kind: "discount_amount", amount: 500 }] }],
  rewards: ids.map((id) => ({
    id: pieceOf(id),
    label: "Piece",
    price: [{ wallet: "points", points: 1 }],
    gives: { kind: "product", sku: "PIECE" },
    stock: [{ atMost: 20 }],
  })),
});

/** Submits all of them at once, by turns to both services; answers how often each outcome came: `done`, or the code of a refusal. */
async function outcomesOf({ engines, program }: RaceWorld, commands: readonly Command[]): Promise<Record<string, number>> {
  const outcomes = await Promise.all(
    commands.map((command, n) =>
      engines[n % 2 === 0 ? 0 : 1].submit(program, command).then(
        () => "done",
        (error: unknown) => (error instanceof LoyaltyError ? error.code : String(error)),
      ),
    ),
  );
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

const times = <Item>(count: number, make: (n: number) => Item): Item[] => Array.from({ length: count }, (_, n) => make(n));

function expectOutcomes(actual: Record<string, number>, expected: Record<string, number>): string[] {
  const inWords = (counts: Record<string, number>) =>
    Object.entries(counts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(", ");
  return inWords(actual) === inWords(expected) ? [] : [`${inWords(actual)} instead of ${inWords(expected)}`];
}

const adjust = (memberId: string, id: string, points: number): Command => ({
  kind: "adjust_points",
  memberId,
  adjustmentId: id,
  hash: canonicalHash([memberId, id, points]),
  points,
  shortfall: "refuse",
  reason: "race",
  keyId: "races",
});

const enrol = (memberId: string): Command => ({
  kind: "enrol_member",
  memberId,
  hash: canonicalHash(memberId),
  profile: { attributes: {} },
});

/** A member who has so many points available. */
async function givenMember(world: RaceWorld, memberId: string, points: number): Promise<void> {
  await world.engines[0].submit(world.program, enrol(memberId));
  await world.engines[0].submit(world.program, adjust(memberId, `${memberId}-given`, points));
}

const spends: Race = {
  name: "500 spends of 1 point on a balance of 100",
  async run(world, id) {
    await givenMember(world, id, 100);
    const commands = times(500, (n) => adjust(id, `${id}-${n}`, -1));
    return expectOutcomes(await outcomesOf(world, commands), { done: 100, insufficient_points: 400 });
  },
};

const crosswise: Race = {
  name: "100 transfers from A to B against 100 from B to A",
  async run(world, id) {
    const [a, b] = [`${id}-a`, `${id}-b`];
    await givenMember(world, a, 1_000);
    await givenMember(world, b, 1_000);
    const commands = times(200, (n): Command => {
      // Each service has both directions.
      const [memberId, to] = n % 4 < 2 ? [a, b] : [b, a];
      const transferId = `${id}-${n}`;
      return { kind: "transfer_points", memberId, to, transferId, hash: canonicalHash(transferId), points: 1 };
    });
    return expectOutcomes(await outcomesOf(world, commands), { done: 200 });
  },
};

const redemptions: Race = {
  name: "200 redemptions on a stock of 20",
  needsReward: true,
  async run(world, id) {
    const members = times(10, (n) => `${id}-${n}`);
    for (const member of members) await givenMember(world, member, 20);
    const commands = times(200, (n): Command => {
      const redemptionId = `${id}-${n}`;
      const memberId = members[n % members.length] ?? id;
      const asked = { reward: pieceOf(id), quantity: 1, channel: "online" } as const;
      return { kind: "redeem_reward", memberId, redemptionId, hash: canonicalHash(redemptionId), ...asked, codeHash: null };
    });
    return expectOutcomes(await outcomesOf(world, commands), { done: 20, reward_unavailable: 180 });
  },
};

const resolutions: Race = {
  name: "capture against release of 100 holds",
  async run(world, id) {
    await givenMember(world, id, 100);
    const holds = times(100, (n) => `${id}-${n}`);
    const opened = holds.map((holdId): Command => ({ kind: "open_hold", memberId: id, holdId, hash: canonicalHash(holdId), points: 1 }));
    const wrong = expectOutcomes(await outcomesOf(world, opened), { done: 100 });
    const resolved = holds.flatMap((holdId): Command[] =>
      (["capture", "release"] as const).map((action) => {
        const ids = { memberId: id, holdId, hash: canonicalHash([holdId, action]) };
        return { kind: "resolve_hold", ...ids, action };
      }),
    );
    return [...wrong, ...expectOutcomes(await outcomesOf(world, resolved), { done: 100, hold_not_open: 100 })];
  },
};

const cartWith = (memberId: string, code: string): Cart => ({
  memberId,
  occurredAt: "2026-02-01T00:00:00Z",
  currency: "GBP",
  pricing: "engine",
  shipping: 0,
  coupons: [code],
  attributes: {},
  lines: [{ line: 1, sku: "A", quantity: 1, unitPrice: 2_000, tax: 0, attributes: {} }],
});

const checkouts: Race = {
  name: "200 checkouts on a code with 50 uses",
  async run(world, id) {
    await world.makeCode(id, 50);
    const commands = times(200, (n): Command => {
      const [orderId, memberId] = [`${id}-${n}`, `${id}-${n % 100}`];
      return { kind: "place_order", memberId, orderId, hash: canonicalHash(orderId), cart: cartWith(memberId, id) };
    });
    return expectOutcomes(await outcomesOf(world, commands), { done: 50, coupon_not_valid: 150 });
  },
};

export const RACES: readonly Race[] = [spends, crosswise, redemptions, resolutions, checkouts];
