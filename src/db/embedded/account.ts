import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { EmbeddedPostgresError } from "./errors.ts";

/** The account that Postgres runs as. `ids` is empty when it is the one of this process. */
export type Account = { name: string; ids: { uid: number; gid: number } | Record<string, never> };

const CANDIDATES = ["postgres", "nobody"];

/** Postgres refuses to run as root: a service of root steps down to `postgres` or `nobody`. */
export function postgresAccount(): Account {
  if (process.getuid?.() !== 0) return { name: "this user", ids: {} };
  const accounts = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  for (const name of CANDIDATES) {
    const fields = accounts.find((account) => account[0] === name);
    if (fields !== undefined) return { name, ids: { uid: Number(fields[2]), gid: Number(fields[3]) } };
  }
  throw new EmbeddedPostgresError(
    "Postgres refuses to run as root and there is no account postgres or nobody: run the service as another user, or set DATABASE_URL",
  );
}

/** Whether the account may enter a folder or run a program: asked of the system, as parents, groups and ACLs all have a say. */
export function canReach(account: Account, path: string): boolean {
  if (account.ids.uid === undefined) return true;
  return spawnSync("/bin/sh", ["-c", 'test -x "$1"', "sh", path], { ...account.ids, cwd: "/" }).status === 0;
}
