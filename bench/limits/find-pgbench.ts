import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const FOLDERS = [18, 17, 16, 15].map((major) => `/usr/lib/postgresql/${major}/bin`);

export type Pgbench = { program: string; version: string };

/** The pgbench of POSTGRES_BIN_DIR, of an installed Postgres or of the path; undefined where there is none. */
export function findPgbench(): Pgbench | undefined {
  const folders = [process.env.POSTGRES_BIN_DIR, ...FOLDERS].filter((folder) => folder !== undefined);
  const program = folders.map((folder) => join(folder, "pgbench")).find((path) => existsSync(path)) ?? "pgbench";
  const { status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return status === 0 ? { program, version: stdout.trim() } : undefined;
}
