import { chown, mkdir } from "node:fs/promises";
import { type Account, canReach } from "./account.ts";
import { EmbeddedPostgresError } from "./errors.ts";

/** A part of the log that nothing fills is kept after this long: how much a disk that is lost can take with it. */
const KEPT_AFTER_SECONDS = 60;

/**
 * Settings of a server that keeps its log in `folder`, which is made where it is missing. A part appears there under its name when it
 * is whole on the disk, and one that is there already is never replaced. Errors: EmbeddedPostgresError.
 */
export async function archiveSettings(folder: string, account: Account): Promise<Record<string, string>> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined && account.ids.uid !== undefined) await chown(folder, account.ids.uid, account.ids.gid);
  if (!canReach(account, folder)) {
    throw new EmbeddedPostgresError(`the account ${account.name} cannot enter WAL_ARCHIVE_DIR ${folder}: give it the folder`);
  }
  const [part, whole] = [`${quoted(folder)}/%f.part`, `${quoted(folder)}/%f`];
  return {
    archive_mode: "on",
    archive_timeout: `${KEPT_AFTER_SECONDS}s`,
    archive_command: `test ! -f ${whole} && cp %p ${part} && sync ${part} && mv ${part} ${whole}`,
  };
}

/** What brings a part of the log back from there. */
export const restoreCommand = (folder: string): string => `cp ${quoted(folder)}/%f %p`;

/** For a shell, and for Postgres, which replaces what begins with `%`. */
const quoted = (path: string): string => `'${path.replaceAll("'", `'\\''`).replaceAll("%", "%%")}'`;
