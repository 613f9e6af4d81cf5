import { once } from "node:events";
import { Cluster, Redis } from "ioredis";
import type { Logger } from "pino";
import { cutOffAfter } from "./cut-off.ts";

/** One Redis, or all nodes of a cluster: each command goes to the node of its keys, which a hash tag keeps together. */
export type RedisClient = Redis | Cluster;

const FIRST_CONNECTION_MAX_MS = 1_000;
const wait = (attempt: number): number => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000);

const OPTIONS = {
  // A command fails at once while there is no connection, and is never sent a second time: the breaker and the retries are ours.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 2_000,
  // A connection that owes answers and is silent for so long is replaced.
  socketTimeout: 2_000,
  connectionName: "loyalty-engine",
};

/** `url` is one node of the cluster, which names the others. */
function openCluster(url: string): Cluster {
  const { username, password, hostname, port, protocol } = new URL(url);
  const credentials =
    password === "" ? {} : { username: decodeURIComponent(username) || "default", password: decodeURIComponent(password) };
  const tls = protocol === "rediss:" ? { tls: {} } : {};
  return new Cluster([{ host: hostname, port: Number(port || 6_379) }], {
    redisOptions: { ...OPTIONS, ...credentials, ...tls },
    enableOfflineQueue: false,
    clusterRetryStrategy: wait,
    // Who waits for a copy waits a few milliseconds; the next reader finds where the slot has gone to.
    maxRedirections: 2,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshInterval: 1_000,
  });
}

/** Gives the first connection a moment so that a service does not begin with failures; it keeps connecting afterwards. */
async function giveAMoment<Client extends RedisClient>(client: Client, log: Logger): Promise<Client> {
  client.on("error", (error: Error) => log.debug({ err: error }, "the connection to Redis failed"));
  try {
    await cutOffAfter(FIRST_CONNECTION_MAX_MS, once(client, "ready"));
  } catch (error) {
    log.warn({ err: error }, "Redis cannot be reached; balances are read from Postgres until it can");
  }
  return client;
}

export const connectRedis = (url: string, log: Logger): Promise<Redis> =>
  giveAMoment(new Redis(url, { ...OPTIONS, retryStrategy: wait }), log);

export const connectCluster = (url: string, log: Logger): Promise<Cluster> => giveAMoment(openCluster(url), log);
