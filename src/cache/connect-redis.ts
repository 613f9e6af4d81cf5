import { once } from "node:events";
import { Redis } from "ioredis";
import type { Logger } from "pino";
import { cutOffAfter } from "./cut-off.ts";

const FIRST_CONNECTION_MAX_MS = 1_000;

const openRedis = (url: string): Redis =>
  new Redis(url, {
    // A command fails at once while there is no connection, and is never sent a second time: the breaker and the retries are ours.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    // A connection that owes answers and is silent for so long is replaced.
    socketTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000),
    connectionName: "loyalty-engine",
  });

/** A client that keeps connecting, and gives the first connection a moment so that a service does not begin with failures. */
export async function connectRedis(url: string, log: Logger): Promise<Redis> {
  const redis = openRedis(url);
  redis.on("error", (error) => log.debug({ err: error }, "the connection to Redis failed"));
  try {
    await cutOffAfter(FIRST_CONNECTION_MAX_MS, once(redis, "ready"));
  } catch (error) {
    log.warn({ err: error }, "Redis cannot be reached; balances are read from Postgres until it can");
  }
  return redis;
}
