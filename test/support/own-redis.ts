import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";
import { redisProgram, startRedisProcess } from "./test-redis.ts";

/** A Redis of a test's own, which it may stop, empty and kill. */
export type OwnRedis = {
  url: string;
  signal(name: "SIGSTOP" | "SIGCONT"): void;
  flush(): Promise<unknown>;
  kill(): Promise<unknown>;
  /** Starts another one at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

export async function startOwnRedis(): Promise<OwnRedis> {
  const program = redisProgram();
  if (program === undefined) throw new Error("there is no redis-server on the path");
  const port = await freePort();
  let server = await startRedisProcess(program, port);
  const ask = async <T>(question: (redis: Redis) => Promise<T>): Promise<T> => {
    const redis = new Redis(server.url);
    try {
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  };
  let pid = await ask(readPid);
  return {
    url: server.url,
    signal: (name) => process.kill(pid, name),
    flush: () => ask((redis) => redis.flushall()),
    kill: () => server.kill(),
    async restart() {
      server = await startRedisProcess(program, port);
      pid = await ask(readPid);
    },
    async close() {
      await server.kill();
    },
  };
}

const readPid = async (redis: Redis): Promise<number> => Number(/process_id:(\d+)/.exec(await redis.info("server"))?.[1]);
