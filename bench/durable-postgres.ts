import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { postgresAccount } from "../src/db/embedded/account.ts";
import { findBinaries } from "../src/db/embedded/binaries.ts";
import { createCluster, readPassword, SUPERUSER, startCluster } from "../src/db/embedded/cluster.ts";
import { stopPostmaster } from "../src/db/embedded/postmaster.ts";
import type { Closings } from "./closings.ts";
import { refuseMemoryDisk } from "./machine.ts";

const STOP_LIMIT_MS = 120_000;
const GIB = 2 ** 30;

/** Files of the log that are there before anything is measured, of 16 MB each. */
const LOG_FILES = 256;

/**
 * A database server as one gives it to a shop of some size: 128 clients of pgbench fit, a quarter of the memory is its own, it keeps the
 * files of its log to write them again, and checkpoints are half an hour apart (docs/operations.md). Its memory lies in huge pages where
 * the machine has set so many aside.
 */
const settings = (): Record<string, string> => ({
  max_connections: "300",
  shared_buffers: `${Math.round((totalmem() / GIB) * 256)}MB`,
  checkpoint_timeout: "30min",
  max_wal_size: "24GB",
  min_wal_size: `${LOG_FILES * 16}MB`,
});

export type DurablePostgres = {
  /** Superuser of the database `postgres`. */
  url: string;
  pid: number;
  folder: string;
  /** Makes another database on the server, empty or a copy of one that nobody is connected to, and answers where it is. */
  createDatabase(name: string, copyOf?: string): Promise<string>;
};

/** Starts a Postgres of its own in a new folder below `dir`, which is removed at the end. Errors: a folder in memory. */
export async function startDurablePostgres(dir: string, closings: Closings): Promise<DurablePostgres> {
  await mkdir(dir, { recursive: true });
  await refuseMemoryDisk(dir);
  const root = await mkdtemp(join(dir, "loyalty-bench-"));
  closings.add(() => rm(root, { recursive: true, force: true }));
  await chmod(root, 0o711); // as root Postgres runs as another account, which must get in

  const account = postgresAccount();
  const binaries = await findBinaries(account, join(root, "postgres-binaries"), process.env.POSTGRES_BIN_DIR);
  const folder = join(root, "postgres");
  const cluster = { folder, logFile: join(root, "postgres.log"), account, binaries, durable: true, settings: settings() };
  await createCluster(cluster);
  const { pid, port } = await startCluster(cluster);
  closings.add(() => stopPostmaster(folder, pid, STOP_LIMIT_MS));
  const urlOf = async (database: string) => `postgres://${SUPERUSER}:${await readPassword(folder)}@127.0.0.1:${port}/${database}`;
  const url = await urlOf("postgres");
  await makeLogFiles(url);
  return {
    url,
    pid,
    folder: root,
    async createDatabase(name, copyOf = "template1") {
      const [made, template] = [name, copyOf].map((database) => pg.escapeIdentifier(database));
      // A large one file by file: written to the log as well it takes far longer.
      await withClient(url, (client) => client.query(`create database ${made} template ${template} strategy file_copy`));
      return urlOf(name);
    },
  };
}

/**
 * Makes the files of the log as a server has them that has run for some time. A new one is made while somebody commits, which waits for
 * it: 45 ms every two seconds under load, seen in the log of Postgres.
 */
const makeLogFiles = (url: string): Promise<void> =>
  withClient(url, async (client) => {
    for (let n = 0; n < LOG_FILES; n += 1) await client.query("select pg_switch_wal() from pg_logical_emit_message(false, 'bench', 'x')");
    await client.query("checkpoint");
  });

/** One connection for as long as `work` takes. */
export async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
