import { constants } from "node:fs";
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type pg from "pg";
import { singleConnection } from "../single-connection.ts";
import { readPassword, SUPERUSER } from "./cluster.ts";
import { EmbeddedPostgresError } from "./errors.ts";
import { isAlive, readPostmaster } from "./postmaster.ts";

/** What a backup says of itself, in `backup.json` beside the copied folder `postgres`. */
export type BackupLabel = {
  /** Nothing earlier than this moment can be restored from it; RFC 3339. */
  endedAt: string;
  postgresMajor: number;
  /** True where the server keeps its log: the backup can be restored to any moment since. */
  isArchived: boolean;
};

export const BACKUP_LABEL_FILE = "backup.json";
export const COPIED_FOLDER = "postgres";

/** Files that are on their way to the disk together: one alone waits for it a thousand times. */
const FILES_AT_ONCE = 16;

/** What a running server keeps in its folder for itself; the log is copied afterwards. */
const LEFT_OUT = ["postmaster.pid", "postmaster.opts", "backup_label", "tablespace_map", "recovery.signal", "standby.signal"];
const EMPTIED = ["pg_wal", "pg_replslot", "pg_dynshmem", "pg_notify", "pg_serial", "pg_snapshots", "pg_stat_tmp", "pg_subtrans"];

/**
 * Copies the embedded Postgres of `dataDir` into the new folder `to` while it runs and takes writes. The copy needs nothing else to be
 * restored as of its end. It appears under its name when it is whole. Errors: EmbeddedPostgresError with one line for the operator.
 */
export async function takeBackup({ dataDir, to }: { dataDir: string; to: string }): Promise<BackupLabel> {
  const source = join(resolve(dataDir), COPIED_FOLDER);
  const target = resolve(to);
  if (await isThere(target)) throw new EmbeddedPostgresError(`${target} is there already: a backup is a new folder`);
  const client = await connectTo(source);
  const draft = `${target}.part`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o700 });
    const label = await copyRunning(client, source, join(draft, COPIED_FOLDER));
    await writeDurably(join(draft, BACKUP_LABEL_FILE), `${JSON.stringify(label, null, 2)}\n`);
    await rename(draft, target);
    return label;
  } finally {
    await client.end();
    await rm(draft, { recursive: true, force: true });
  }
}

async function connectTo(folder: string): Promise<pg.Client> {
  const postmaster = await readPostmaster(folder);
  if (postmaster === undefined || !isAlive(postmaster.pid)) {
    throw new EmbeddedPostgresError(`no embedded Postgres runs in ${folder}: start the service, or copy the folder while nothing runs`);
  }
  const password = await readPassword(folder);
  const client = singleConnection({ host: "127.0.0.1", port: postmaster.port, user: SUPERUSER, password, database: "postgres" });
  await client.connect();
  return client;
}

/** In the order that Postgres asks for: what is copied may change meanwhile, and the log from the start to the end mends it. */
async function copyRunning(client: pg.Client, source: string, target: string): Promise<BackupLabel> {
  // Ends with the connection. Until then no part of the log that the copy needs is used again.
  await client.query("select pg_create_physical_replication_slot('loyalty_backup_' || pg_backend_pid(), true, true)");
  const started = await one<{ file: string }>(client, "select pg_walfile_name(pg_backup_start('loyalty', true)) as file");
  await copyFiles(source, target, await makeFolders(source, target, ""));
  const stopped = await one<{ label: string; file: string; archived: boolean; major: number; now: Date }>(
    client,
    `select s.labelfile as label, pg_walfile_name(s.lsn) as file, current_setting('archive_mode') <> 'off' as archived,
            current_setting('server_version_num')::int / 10000 as major, clock_timestamp() as now
       from pg_backup_stop(true) s`,
  );
  await writeDurably(join(target, "backup_label"), stopped.label);
  for (const file of await readdir(join(source, "pg_wal"))) {
    if (isLogFrom(started.file, stopped.file, file)) await copyDurably(join(source, "pg_wal", file), join(target, "pg_wal", file));
  }
  return { endedAt: stopped.now.toISOString(), postgresMajor: stopped.major, isArchived: stopped.archived };
}

/** Names of the log's parts are hexadecimal and in its order; histories of time lines go with them. */
const isLogFrom = (first: string, last: string, file: string): boolean =>
  file.endsWith(".history") || (/^[0-9A-F]{24}$/.test(file) && file >= first && file <= last);

/** Makes the folders of `source` below `path` in `target` and answers their files, by their paths in either. */
async function makeFolders(source: string, target: string, path: string): Promise<string[]> {
  await mkdir(join(target, path), { mode: 0o700 });
  if (EMPTIED.includes(path)) return [];
  const files: string[] = [];
  for (const entry of await readdir(join(source, path), { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (LEFT_OUT.includes(inside) || entry.name.startsWith("pgsql_tmp")) continue;
    if (entry.isDirectory()) files.push(...(await makeFolders(source, target, inside)));
    else files.push(inside);
  }
  return files;
}

async function copyFiles(source: string, target: string, files: readonly string[]): Promise<void> {
  const left = files.values();
  const copyNext = async () => {
    for (const file of left) await copyDurably(join(source, file), join(target, file)).catch(unlessGone);
  };
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, copyNext));
}

/** A table that was dropped meanwhile: the log says so too. */
function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await sync(to);
}

async function writeDurably(file: string, text: string): Promise<void> {
  await writeFile(file, text, { mode: 0o600 });
  await sync(file);
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function one<Row extends pg.QueryResultRow>(client: pg.Client, text: string): Promise<Row> {
  const { rows } = await client.query<Row>(text);
  const [row] = rows;
  if (row === undefined) throw new Error(`no row of: ${text}`);
  return row;
}

const isThere = async (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );

/** Errors: EmbeddedPostgresError where the folder is no whole backup. */
export async function readBackupLabel(folder: string): Promise<BackupLabel> {
  const text = await readFile(join(folder, BACKUP_LABEL_FILE), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") throw new EmbeddedPostgresError(`${folder} is no backup: it has no ${BACKUP_LABEL_FILE}`);
    throw error;
  });
  return JSON.parse(text) as BackupLabel;
}
