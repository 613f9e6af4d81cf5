import type { Command } from "commander";
import { takeBackup } from "../../db/embedded/backup.ts";
import { restoreBackup } from "../../db/embedded/restore.ts";
import { databaseError } from "../database.ts";
import { usageError } from "../exit.ts";
import { printLine } from "../output.ts";

const dataDirOf = (env: NodeJS.ProcessEnv) => env.DATA_DIR || ".data";

export function addBackup(loyalty: Command): void {
  loyalty
    .command("backup")
    .description("copy the embedded Postgres of a running service into a new folder")
    .requiredOption("--to <folder>", "where the backup is to be; must not be there yet")
    .option("--data-dir <folder>", "the service's DATA_DIR", dataDirOf(process.env))
    .action(async ({ to, dataDir }: { to: string; dataDir: string }) => {
      const { endedAt, isArchived } = await takeBackup({ dataDir, to }).catch(fail);
      await printLine(`${to} is as of ${endedAt}`);
      if (!isArchived) await printLine("WAL_ARCHIVE_DIR is not set: nothing later can be restored from it");
    });
}

type RestoreOptions = { from: string; dataDir: string; archive?: string; at?: string };

export function addRestore(loyalty: Command): void {
  loyalty
    .command("restore")
    .description("make a data folder for the embedded Postgres from a backup, as of its end or of any moment since")
    .requiredOption("--from <folder>", "the backup")
    .option("--data-dir <folder>", "the DATA_DIR of the service to start on it; has no postgres in it yet", dataDirOf(process.env))
    .option("--archive <folder>", "the WAL_ARCHIVE_DIR of the service that was backed up; all of it is restored")
    .option("--at <time>", "restore nothing that was committed later; RFC 3339, with --archive")
    .action(async ({ from, dataDir, archive, at }: RestoreOptions) => {
      await restoreBackup({ from, dataDir, archiveDir: archive, at: momentOf(at) }).catch(fail);
      await printLine(`${dataDir} is restored: start the service with it as DATA_DIR, then run: loyalty verify`);
    });
}

function momentOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const at = new Date(text);
  if (Number.isNaN(at.getTime()) || !/(?:Z|[+-]\d\d:\d\d)$/.test(text)) {
    throw usageError("--at takes a time with its offset, such as 2026-11-28T12:00:00Z");
  }
  return at;
}

function fail(error: unknown): never {
  throw databaseError(error);
}
