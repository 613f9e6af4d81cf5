import { existsSync } from "node:fs";
import { chmod, chown, cp, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Account, postgresAccount } from "./account.ts";
import { restoreCommand } from "./archive.ts";
import { COPIED_FOLDER, readBackupLabel } from "./backup.ts";
import { findBinaries } from "./binaries.ts";
import { startCluster } from "./cluster.ts";
import { EmbeddedPostgresError } from "./errors.ts";
import { stopPostmaster } from "./postmaster.ts";

const STOP_LIMIT_MS = 60_000;
/** Reading a long log again takes its time. */
const RECOVERY_LIMIT_MS = 6 * 3_600_000;

export type Restore = {
  from: string;
  /** Gets the folder `postgres`, which must not be there. */
  dataDir: string;
  /** Where the server that was backed up keeps its log; without it the backup is restored as of its own end. */
  archiveDir?: string | undefined;
  /** With an archive: all that was committed at this moment or before, and nothing later. Without it all that the archive has. */
  at?: Date | undefined;
  binDir?: string | undefined;
};

/**
 * Makes a data folder from a backup, stopped and ready for a service to start on. It appears under its name when it is whole.
 * Errors: EmbeddedPostgresError, also where the moment is before the backup or after all that the archive has.
 */
export async function restoreBackup({ from, dataDir, archiveDir, at, binDir }: Restore): Promise<void> {
  const backup = resolve(from);
  const label = await readBackupLabel(backup);
  if (at !== undefined && archiveDir === undefined) throw new EmbeddedPostgresError("a moment can be restored from an archive only");
  if (at !== undefined && at < new Date(label.endedAt)) {
    throw new EmbeddedPostgresError(`the backup ended at ${label.endedAt}: for a moment before that take an earlier one`);
  }
  const root = resolve(dataDir);
  const folder = join(root, COPIED_FOLDER);
  if (existsSync(folder)) throw new EmbeddedPostgresError(`${folder} is there already: move it away, or name another folder`);
  const account = postgresAccount();
  if ((await mkdir(root, { recursive: true })) !== undefined) await chmod(root, account.ids.uid === undefined ? 0o700 : 0o711);
  const binaries = await findBinaries(account, join(root, "postgres-binaries"), binDir);
  if (binaries.major !== label.postgresMajor) {
    throw new EmbeddedPostgresError(`the backup is of Postgres ${label.postgresMajor}, the programs at hand are of ${binaries.major}`);
  }
  const draft = `${folder}.part`;
  const logFile = join(root, "restore.log");
  try {
    await rm(draft, { recursive: true, force: true });
    await cp(join(backup, COPIED_FOLDER), draft, { recursive: true });
    if (archiveDir !== undefined) await writeFile(join(draft, "recovery.signal"), "");
    await giveTo(account, draft);
    // Nobody is let in before all is restored: only then is the server ready.
    const settings = { hot_standby: "off", ...(archiveDir !== undefined && recoverySettings(resolve(archiveDir), at)) };
    const cluster = { folder: draft, logFile, account, binaries, durable: true, settings, startLimitMs: RECOVERY_LIMIT_MS };
    const { pid } = await startCluster(cluster);
    await stopPostmaster(draft, pid, STOP_LIMIT_MS);
    await rename(draft, folder);
    await rm(logFile);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

const recoverySettings = (archiveDir: string, at: Date | undefined): Record<string, string> => ({
  restore_command: restoreCommand(archiveDir),
  recovery_target_action: "promote",
  // The setting knows no names of time zones yet when it is read, not even Z.
  ...(at !== undefined && { recovery_target_time: at.toISOString().replace("Z", "+00:00") }),
});

/** Postgres runs as an account of its own where this process is root's. */
async function giveTo({ ids }: Account, folder: string): Promise<void> {
  await chmod(folder, 0o700);
  if (ids.uid === undefined) return;
  await chown(folder, ids.uid, ids.gid);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    await chown(join(entry.parentPath, entry.name), ids.uid, ids.gid);
  }
}
