import type { CommitCutter } from "../../test/support/commit-cutter.ts";
import type { OwnRedis } from "../../test/support/own-redis.ts";
import type { TcpProxy } from "../../test/support/tcp-proxy.ts";
import type { LoadDriver } from "../load/load-driver.ts";

/** What stands between the service under load and its Postgres and Redis, and what may be done to them. */
export type FaultWorld = {
  driver: LoadDriver;
  database: CommitCutter;
  /** Past the proxy. */
  databaseUrl: string;
  redis: OwnRedis;
  toRedis: TcpProxy;
};

/** Something that goes wrong under load. `run` resolves when it is over. */
export type Fault = {
  name: string;
  /** Every request is answered with success all the same; else 503 with Retry-After may come until it is over. */
  isUnnoticed?: true;
  count: number;
  run(world: FaultWorld): Promise<void>;
};
