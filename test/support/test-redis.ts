import { spawnSync } from "node:child_process";
import { containerEngine } from "./container-engine.ts";
import { freePort } from "./free-port.ts";
import { startProgram } from "./start-program.ts";
import type { TestServer } from "./test-postgres.ts";

/** Each test file takes databases of its own; see redis.ts. */
const DATABASES = "1024";

/** TEST_REDIS_URL, else a container when an engine answers, else a redis-server or valkey-server of the path, else none. */
export async function startTestRedis(): Promise<TestServer | undefined> {
  const given = process.env.TEST_REDIS_URL;
  if (given) return { via: "TEST_REDIS_URL", url: given, stop: async () => undefined };
  if (await containerEngine()) {
    const { RedisContainer } = await import("@testcontainers/redis");
    const container = await new RedisContainer("redis:7-alpine").withCommand(["redis-server", "--databases", DATABASES]).start();
    return { via: "container", url: container.getConnectionUrl(), stop: () => container.stop() };
  }
  const program = redisProgram();
  return program === undefined ? undefined : startRedisProcess(program, await freePort());
}

/** The Redis on the path of this machine, for tests that kill one. */
export const redisProgram = (): string | undefined =>
  ["valkey-server", "redis-server"].find((name) => spawnSync(name, ["--version"]).status === 0);

export async function startRedisProcess(program: string, port: number): Promise<TestServer & { kill(): Promise<unknown> }> {
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--databases", DATABASES];
  const { child, ended } = await startProgram(program, options, { on: "stdout", says: "eady to accept connections" });
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return { via: program, url: `redis://127.0.0.1:${port}`, stop: () => end("SIGTERM"), kill: () => end("SIGKILL") };
}
