import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { waitUntil } from "../../src/db/embedded/postmaster.ts";
import type { Cut } from "../../test/support/commit-cutter.ts";
import type { Fault, FaultWorld } from "./fault.ts";

const LASTS_MS = 1_500;
const ROUND_TRIP_MS = 50;
const SLOW_BYTES_PER_SECOND = 100_000;
const CUTS_LIMIT_MS = 60_000;

async function cutAtCommit({ database }: FaultWorld, where: Cut): Promise<void> {
  const wanted = database.cuts() + 1;
  database.cut(where, 1);
  if (!(await waitUntil(() => database.cuts() >= wanted, CUTS_LIMIT_MS))) throw new Error("nothing was committed that could be cut");
}

/** Takes every connection that Postgres has left, then ends those of the service. */
async function takeAllConnections({ databaseUrl }: FaultWorld): Promise<void> {
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
    const until = performance.now() + LASTS_MS;
    while (performance.now() < until) if (!(await take())) await sleep(5);
  } finally {
    await Promise.all(taken.map((client) => client.end()));
  }
}

export const databaseFaults = ({ commitCuts, resets, count }: { commitCuts: number; resets: number; count: number }): Fault[] => [
  {
    name: "connection cut at a COMMIT that takes effect",
    isUnnoticed: true,
    count: Math.ceil(commitCuts / 2),
    run: (world) => cutAtCommit(world, "after"),
  },
  {
    name: "connection cut at a COMMIT that does not",
    isUnnoticed: true,
    count: Math.floor(commitCuts / 2),
    run: (world) => cutAtCommit(world, "before"),
  },
  {
    name: `${ROUND_TRIP_MS} ms more on the way to Postgres and back`,
    isUnnoticed: true,
    count,
    async run({ database }) {
      database.delay(ROUND_TRIP_MS / 2);
      await sleep(LASTS_MS);
      database.clear();
    },
  },
  {
    name: "a line to Postgres of 100 kB a second",
    isUnnoticed: true,
    count,
    async run({ database }) {
      database.slow(SLOW_BYTES_PER_SECOND);
      await sleep(LASTS_MS);
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
      await sleep(LASTS_MS);
      database.clear();
    },
  },
  { name: "Postgres out of connections", count, run: takeAllConnections },
];
