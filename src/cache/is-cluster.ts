import type { Cluster } from "ioredis";
import type { RedisClient } from "./connect-redis.ts";

/** Asked without the library: a process without Redis does not load it. */
export const isCluster = (client: RedisClient): client is Cluster => "nodes" in client;
