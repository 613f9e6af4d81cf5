import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { waitUntil } from "../../src/db/embedded/postmaster.ts";
import type { Cut } from "../../test/support/commit-cutter.ts";
import type { DatabaseWorld, Fault } from "./fault.ts";

const ROUND_TRIP_MS = 50;
const SLOW_BYTES_PER_SECOND = 100_000;
const CUTS_LIMIT_MS = 60_000;

/** So many in a row, of whichever connections. */
const CUTS = 5;

async function cutAtCommits({ database }: DatabaseWorld, where: Cut): Promise<void> {
  const wanted = database.cuts() + CUTS;
  database.cut(where, CUTS);
  if (!(await waitUntil(() => database.cuts() >= wanted, CUTS_LIMIT_MS))) throw new Error("nothing was committed that could be cut");
}

/** As an operator or an administrator of the database does. */
async function endWriteConnections({ databaseUrl }: DatabaseWorld): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'loyalty-write'",
    );
    if (rowCount === 0) throw new Error("no connection writes");
  } finally {
    await client.end();
  }
}

/** Takes every connection that Postgres has left, then ends those of the service. */
async function takeAllConnections({ databaseUrl }: DatabaseWorld, lastsMs: number): Promise<void> {
  const taken: pg.Client[] = [];
  const take = async (): Promise<boolean> => {
    const client = new pg.Client({ connectionString: databaseUrl });
    client.on("error", () => undefined); // ended below
    try {
      await client.connect();
      taken.push(client);
      return true;
    } catch {
      return false; // too many
    }
  };
  try {
    while (await take());
    await taken[0]?.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'loyalty-%'");
    const until = performance.now() + lastsMs;
    while (performance.now() < until) if (!(await take())) await sleep(5);
  } finally {
    await Promise.all(taken.map((client) => client.end()));
  }
}

export type DatabaseFaultCounts = {
  commitCuts: number;
  /** Of all connections, and of those that write by Postgres itself. */
  resets: number;
  /** All connections of the whole Postgres taken: it must serve nobody else. */
  exhaustions: number;
  count: number;
  lastsMs: number;
};

export const databaseFaults = ({ commitCuts, resets, exhaustions, count, lastsMs }: DatabaseFaultCounts): Fault<DatabaseWorld>[] => [
  {
    name: `${CUTS} connections cut at a COMMIT that takes effect`,
    isUnnoticed: true,
    count: Math.ceil(commitCuts / 2 / CUTS),
    run: (world) => cutAtCommits(world, "after"),
  },
  {
    name: `${CUTS} connections cut at a COMMIT that does not`,
    isUnnoticed: true,
    count: Math.ceil(commitCuts / 2 / CUTS),
    run: (world) => cutAtCommits(world, "before"),
  },
  {
    name: `${ROUND_TRIP_MS} ms more on the way to Postgres and back`,
    isUnnoticed: true,
    count,
    async run({ database }) {
      database.delay(ROUND_TRIP_MS / 2);
      await sleep(lastsMs);
      database.clear();
    },
  },
  {
    name: "a line to Postgres of 100 kB a second",
    isUnnoticed: true,
    count,
    async run({ database }) {
      database.slow(SLOW_BYTES_PER_SECOND);
      await sleep(lastsMs);
      database.clear();
    },
  },
  {
    name: "all connections to Postgres reset",
    count: resets,
    async run({ database }) {
      database.reset();
    },
  },
  {
    name: "connections to Postgres half-open",
    count,
    async run({ database }) {
      database.hang();
      await sleep(lastsMs);
      database.clear();
    },
  },
  { name: "connections that write ended by Postgres", count: resets, run: endWriteConnections },
  { name: "Postgres out of connections", count: exhaustions, run: (world) => takeAllConnections(world, lastsMs) },
];
