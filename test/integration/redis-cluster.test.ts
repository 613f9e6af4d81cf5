import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hasRedis } from "../support/redis.ts";
import { type RedisCluster, startRedisCluster } from "../support/redis-cluster.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";
import { redisProgram } from "../support/test-redis.ts";

const MEMBERS = Array.from({ length: 60 }, (_, n) => `m${n}`);

type Balance = { version: number; wallets: { points: Record<string, unknown> } };
type Placed = { balance: Balance };

describe.skipIf(!hasRedis() || redisProgram() === undefined)("balances in a Redis Cluster of three nodes with a replica each", () => {
  let cluster: RedisCluster;
  let loyalty: TestService;

  beforeAll(async () => {
    cluster = await startRedisCluster(redisProgram() ?? "");
    const [first] = cluster.masters;
    loyalty = await startTestService({ config: { REDIS_URL: first?.url, REDIS_CLUSTER: true, REDIS_TIMEOUT_MS: 500 } });
    await loyalty.createProgram({ ...SHOP, autoEnroll: true });
  });
  afterAll(async () => {
    await loyalty.close();
    await cluster.close();
  });

  /** An order of each member, whose balance is read then: it must be the one that the order left. */
  async function placeAndRead(round: string): Promise<void> {
    const each = async (memberId: string) => {
      const body = orderBody(`${round}-${memberId}`, { memberId, occurredAt: "2026-02-20T00:00:00Z" });
      const placed = await loyalty.expectStatus<Placed>(201, "POST", "/v1/orders", { body });
      const read = await loyalty.expectStatus<Balance>(200, "GET", `/v1/members/${memberId}/balance`);
      expect(read.body.version, memberId).toBe(placed.body.balance.version);
      expect(read.body.wallets.points, memberId).toMatchObject(placed.body.balance.wallets.points);
    };
    await Promise.all(MEMBERS.map(each));
  }

  const copiesIn = (nodes: RedisCluster["masters"]) => Promise.all(nodes.map(({ redis }) => redis.dbsize()));
  const hits = async () => {
    const { body } = await loyalty.expectStatus<{ text: string }>(200, "GET", "/metrics");
    return Number(/^loyalty_balance_cache_hits_total (\d+)$/m.exec(body.text)?.[1]);
  };

  test("lie on all of them, and are read from there", async () => {
    await placeAndRead("first");

    await vi.waitFor(async () => expect((await copiesIn(cluster.masters)).reduce((sum, count) => sum + count, 0)).toBe(MEMBERS.length));
    expect(Math.min(...(await copiesIn(cluster.masters)))).toBeGreaterThan(0);
    const before = await hits();
    for (const memberId of MEMBERS) await loyalty.expectStatus(200, "GET", `/v1/members/${memberId}/balance`);
    expect((await hits()) - before).toBe(MEMBERS.length);
  });

  test("are right while a node is killed and its replica takes over, and are kept there then", async () => {
    const [, second] = cluster.masters;
    const [, heir] = cluster.replicas;
    await second?.kill();
    let isOver = false;
    const takenOver = vi
      .waitFor(async () => expect(await heir?.redis.role()).toEqual(expect.arrayContaining(["master"])), { timeout: 20_000, interval: 50 })
      .finally(() => {
        isOver = true;
      });
    for (let round = 0; !isOver; round += 1) await placeAndRead(`during-${round}`);
    await takenOver;

    await heir?.redis.flushall();
    await vi.waitFor(
      async () => {
        await placeAndRead(`after-${Math.random()}`);
        expect(await heir?.redis.dbsize()).toBeGreaterThan(0);
      },
      { timeout: 20_000, interval: 200 },
    );
  });
});
