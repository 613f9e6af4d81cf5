import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";

const SLOTS = 16_384;
const MASTERS = 3;
const NODE_TIMEOUT_MS = 1_000;
const READY_LIMIT_MS = 30_000;

export type ClusterNode = {
  url: string;
  redis: Redis;
  /** Ends it without a word. */
  kill(): Promise<unknown>;
};

export type RedisCluster = { masters: ClusterNode[]; replicas: ClusterNode[]; close(): Promise<void> };

async function startNode(program: string, folder: string): Promise<ClusterNode & { port: number }> {
  const port = await freePort();
  const options = {
    port,
    bind: "127.0.0.1",
    save: "",
    appendonly: "no",
    dir: folder,
    "cluster-enabled": "yes",
    "cluster-config-file": `nodes-${port}.conf`,
    "cluster-node-timeout": NODE_TIMEOUT_MS,
    "cluster-port": await freePort(),
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(program, args, { stdio: "ignore" });
  const exit = once(child, "exit");
  const url = `redis://127.0.0.1:${port}`;
  const redis = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on("error", () => undefined);
  await redis.ping();
  return {
    port,
    url,
    redis,
    kill: () => {
      redis.disconnect();
      child.kill("SIGKILL");
      return exit;
    },
  };
}

const stateOf = async ({ redis }: ClusterNode): Promise<string> => String(await redis.call("CLUSTER", "INFO"));

/** Three nodes that share the slots, and a replica of each. */
export async function startRedisCluster(program: string): Promise<RedisCluster> {
  const folder = await mkdtemp(join(tmpdir(), "loyalty-cluster-"));
  const nodes = await Promise.all(Array.from({ length: 2 * MASTERS }, () => startNode(program, folder)));
  const [masters, replicas] = [nodes.slice(0, MASTERS), nodes.slice(MASTERS)];
  const until = async (isTrue: () => Promise<boolean>) => {
    const end = Date.now() + READY_LIMIT_MS;
    while (!(await isTrue())) {
      if (Date.now() > end)
        throw new Error(`the cluster is not ready after ${READY_LIMIT_MS / 1_000} s: ${await stateOf(nodes[0] as ClusterNode)}`);
      await sleep(50);
    }
  };

  const [first] = nodes;
  for (const { port, redis } of nodes.slice(1)) {
    const bus = Number((await redis.config("GET", "cluster-port"))[1]);
    await first?.redis.call("CLUSTER", "MEET", "127.0.0.1", String(port), String(bus));
  }
  const borders = Array.from({ length: MASTERS + 1 }, (_, n) => Math.floor((n * SLOTS) / MASTERS));
  for (const [n, { redis }] of masters.entries())
    await redis.call("CLUSTER", "ADDSLOTSRANGE", String(borders[n]), String((borders[n + 1] ?? SLOTS) - 1));
  await until(async () => (await Promise.all(nodes.map(stateOf))).every((state) => state.includes(`cluster_known_nodes:${nodes.length}`)));
  for (const [n, { redis }] of replicas.entries()) {
    const id = String(await masters[n]?.redis.call("CLUSTER", "MYID"));
    await redis.call("CLUSTER", "REPLICATE", id);
  }
  await until(async () => (await Promise.all(nodes.map(stateOf))).every((state) => state.includes("cluster_state:ok")));
  await until(async () =>
    (await Promise.all(masters.map(({ redis }) => redis.info("replication")))).every((text) => text.includes("state=online")),
  );

  return {
    masters,
    replicas,
    async close() {
      await Promise.all(nodes.map((node) => node.kill()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
