import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { singleConnection } from "../single-connection.ts";
import { type Account, canReach, postgresAccount } from "./account.ts";
import { archiveSettings } from "./archive.ts";
import { findBinaries } from "./binaries.ts";
import { type Cluster, createCluster, readPassword, SUPERUSER, startCluster } from "./cluster.ts";
import { lockDataFolder } from "./data-folder-lock.ts";
import { EmbeddedPostgresError } from "./errors.ts";
import { isAlive, isPostgres, type Postmaster, readPostmaster, stopPostmaster, waitUntil } from "./postmaster.ts";

const STOP_LIMIT_MS = 60_000;

export type EmbeddedPostgres = {
  /** Superuser of the database `postgres`. */
  url: string;
  pid: number;
  /** True when the server of a killed service was still running and is used again. */
  adopted: boolean;
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  dataDir: string;
  /** False gives up what was committed in a crash of the machine, for tests. */
  durable?: boolean;
  binDir?: string | undefined;
  /** Where the server keeps each part of its log for good, so that a backup can be restored to any moment after it. */
  archiveDir?: string | undefined;
  /** As many can be open at least. */
  connections?: number;
};

const CONNECTIONS_MIN = 60;

/**
 * The Postgres of a service that was given none: real, in `<dataDir>/postgres`, kept between runs, reachable from this machine only.
 * Errors: EmbeddedPostgresError with one line for the operator.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { dataDir, durable = true, binDir, archiveDir, connections = CONNECTIONS_MIN } = options;
  const root = resolve(dataDir);
  const account = postgresAccount();
  await makeDataDir(root, account);
  const binaries = await findBinaries(account, join(root, "postgres-binaries"), binDir);
  const folder = join(root, "postgres");
  const archive = archiveDir === undefined ? {} : await archiveSettings(resolve(archiveDir), account);
  const settings = { max_connections: String(Math.max(CONNECTIONS_MIN, connections)), ...archive };
  const cluster: Cluster = { folder, logFile: join(root, "postgres.log"), account, binaries, durable, settings };

  if (!existsSync(join(folder, "PG_VERSION"))) await createCluster(cluster);
  await requireSameMajor(folder, binaries.major);
  const orphan = await livingPostmaster(folder);
  const postmaster = orphan ?? (await startOrJoin(cluster));
  const url = `postgres://${SUPERUSER}:${await readPassword(folder)}@127.0.0.1:${postmaster.port}/postgres`;
  await requireDataFolder(url, folder);
  const lock = await lockDataFolder(url, root);
  return {
    url,
    pid: postmaster.pid,
    adopted: orphan !== undefined,
    stop: async () => {
      await lock.release();
      await stopPostmaster(folder, postmaster.pid, STOP_LIMIT_MS);
    },
  };
}

async function makeDataDir(root: string, account: Account): Promise<void> {
  // As root the folder must let the other account through; what is inside is closed to it one by one.
  const mode = account.ids.uid === undefined ? 0o700 : 0o711;
  if ((await mkdir(root, { recursive: true, mode })) !== undefined) await chmod(root, mode);
  if (canReach(account, root)) return;
  throw new EmbeddedPostgresError(
    `the account ${account.name} cannot enter ${root} (Postgres refuses to run as root): set DATA_DIR to a folder that it can enter, such as /var/lib/loyalty-engine, or set DATABASE_URL`,
  );
}

async function requireSameMajor(folder: string, major: number): Promise<void> {
  const made = (await readFile(join(folder, "PG_VERSION"), "utf8")).trim();
  if (Number(made) === major) return;
  throw new EmbeddedPostgresError(
    `${folder} was made by Postgres ${made}, but the programs at hand are of Postgres ${major}: set POSTGRES_BIN_DIR`,
  );
}

/** The server of this folder if it runs. One that is stopping is waited for, a file that a dead one left is cleared away. */
async function livingPostmaster(folder: string): Promise<Postmaster | undefined> {
  const seen = await readPostmaster(folder);
  if (seen === undefined || !isAlive(seen.pid)) return undefined; // Postgres itself recovers from a dead one's file
  if (!(await isPostgres(seen.pid))) {
    // Its number was given to another program, and Postgres would not start beside that.
    await rm(join(folder, "postmaster.pid"), { force: true });
    return undefined;
  }
  let current: Postmaster | undefined = seen;
  const isSettled = await waitUntil(async () => {
    current = isAlive(seen.pid) ? await readPostmaster(folder) : undefined;
    return current === undefined || current.status === "ready";
  }, STOP_LIMIT_MS);
  if (isSettled) return current;
  throw new EmbeddedPostgresError(`the embedded Postgres of ${folder} (process ${seen.pid}) is neither ready nor gone: ${current?.status}`);
}

/** Of two services that start at the same moment one starts the server; the other finds it and is refused at the lock. */
async function startOrJoin(cluster: Cluster): Promise<Postmaster> {
  try {
    return await startCluster(cluster);
  } catch (error) {
    const other = await livingPostmaster(cluster.folder);
    if (other === undefined) throw error;
    return other;
  }
}

/** An adopted server is asked whether it serves this folder: a port says nothing of who listens there. */
async function requireDataFolder(url: string, folder: string): Promise<void> {
  const client = singleConnection({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
    if (rows[0]?.folder !== folder) throw new Error(`it serves ${rows[0]?.folder}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EmbeddedPostgresError(`the Postgres that ${folder}/postmaster.pid names does not answer as ours: ${reason}`);
  } finally {
    await client.end();
  }
}
