import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { refuseMemoryDisk } from "../../bench/machine.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/db/embedded/embedded-postgres.ts";
import { isAlive, waitUntil } from "../../src/db/embedded/postmaster.ts";

const GONE_LIMIT_MS = 10_000;
const READY_LIMIT_MS = 60_000;

/** A durable Postgres of a hunt's own, which it may kill. */
export type OwnPostgres = {
  /** Another one after each start. */
  url(): string;
  /** One statement as superuser. */
  query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]>;
  /** `kill -9` of the server and all that belongs to it, as the loss of power would. */
  kill(): Promise<void>;
  /** It takes connections. */
  untilReady(): Promise<void>;
  /** Starts it again on what it had written. */
  start(): Promise<void>;
  /** Waits until it takes connections, and starts it again where it has ended. */
  recover(): Promise<void>;
  close(): Promise<void>;
};

/** On the disk of temporary files. Errors: that one lies in memory. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  await refuseMemoryDisk(tmpdir());
  return startPostgresIn(tmpdir());
}

/** In a new folder below `dir`, even of a disk in memory. */
export async function startPostgresIn(dir: string): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(dir, "loyalty-hunt-"));
  await chmod(folder, 0o711); // as root Postgres runs as another account, which must get in
  let server: EmbeddedPostgres = await startEmbeddedPostgres({ dataDir: folder });

  async function query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: server.url });
    client.on("error", () => undefined); // the query rejects as well when the server crashes
    await client.connect();
    try {
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end();
    }
  }

  const isReady = () =>
    query("select 1").then(
      () => true,
      () => false, // it recovers, or is not there yet
    );
  const untilReady = async (isThere: () => Promise<boolean>) => {
    if (!(await waitUntil(isThere, READY_LIMIT_MS))) throw new Error("the Postgres does not come back");
  };
  const start = async () => {
    server = await startEmbeddedPostgres({ dataDir: folder });
  };

  return {
    url: () => server.url,
    query,
    start,
    untilReady: () => untilReady(isReady),
    recover: () =>
      untilReady(async () => {
        if (!isAlive(server.pid)) await start();
        return isReady();
      }),
    async kill() {
      const processes = [server.pid, ...(await query<{ pid: number }>("select pid from pg_stat_activity")).map(({ pid }) => pid)];
      for (const pid of processes) if (isAlive(pid)) process.kill(pid, "SIGKILL");
      if (!(await waitUntil(() => !processes.some(isAlive), GONE_LIMIT_MS))) throw new Error("the killed Postgres is still there");
    },
    async close() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
