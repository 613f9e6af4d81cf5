import pg from "pg";
import type { Logger } from "pino";
import { gatherStatements } from "./gather-statements.ts";
import { parseTimestamp, TIMESTAMPTZ } from "./parse-timestamp.ts";
import { beginningWith, limitEachTransaction, type SessionLimits } from "./session-limits.ts";

const INT8 = 20;
const DATE = 1082;

/** bigint columns hold amounts, points and keys within ±(2^53 − 1) (amount_out_of_range guards it), dates stay `YYYY-MM-DD`. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} is not a safe integer`);
  return value;
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") => {
    if (oid === INT8) return parseInt8;
    if (oid === TIMESTAMPTZ && format !== "binary") return parseTimestamp;
    if (oid === DATE) return (text: string) => text;
    return pg.types.getTypeParser(oid, format as "text");
  }) as pg.CustomTypesConfig["getTypeParser"],
};

export type PoolOptions = {
  url: string;
  /** Shown in pg_stat_activity. */
  name: string;
  max: number;
  log: Logger;
  /** True where connections do not keep the limits that they begin with: each transaction is given them. */
  losesLimits?: boolean;
} & SessionLimits;

export function createPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.name,
    max: options.max,
    // Queries are sent without waiting for the answers of the former ones: several of one transaction are one round trip.
    pipeline: true,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    types,
    ...beginningWith(options),
    // Where the line is dead, the server's limits reach nobody: the connection is given up here. Twice, since what is sent behind others waits for them.
    query_timeout: options.statementTimeoutMs * 2,
  } as pg.PoolConfig);
  // Without these listeners a connection that breaks, idle or between two queries of whoever holds it, would end the
  // process. Its next query is told, and the pool replaces it.
  // The error itself carries the connection, with its statements and the key that cancels them: only what happened is logged.
  const lost = ({ message }: Error) => options.log.warn({ reason: message, pool: options.name }, "a database connection was lost");
  pool.on("connect", (client) => {
    gatherStatements(client, types);
    client.on("error", lost);
    if (options.losesLimits) limitEachTransaction(client, options);
  });
  // Of one that was idle, the pool says again what the connection has said.
  pool.on("error", () => undefined);
  return pool;
}
