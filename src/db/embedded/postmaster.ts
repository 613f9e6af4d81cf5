import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EmbeddedPostgresError } from "./errors.ts";

/** What `postmaster.pid` says of the server of a data folder. */
export type Postmaster = { pid: number; port: number; status: string };

const POLL_MS = 25;

/** Lines of the file: 1 pid, 4 port, 8 status. Undefined when there is none, or it is not written in full yet. */
export async function readPostmaster(folder: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(folder, "postmaster.pid"), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const lines = text.split("\n").map((line) => line.trim());
  const [pid, port, status] = [Number(lines[0]), Number(lines[3]), lines[7]];
  return pid > 0 && port > 0 && status !== undefined ? { pid, port, status } : undefined;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // alive, and another user's
  }
}

/** Whether a living process is a Postgres, and not another program that was given the number of one that is gone. */
export async function isPostgres(pid: number): Promise<boolean> {
  if (process.platform !== "linux") return isAlive(pid);
  const commandLine = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""); // gone in the meantime
  return /(?:^|\/)postgres(?:\0|:|$)/.test(commandLine.split("\0")[0] ?? "");
}

/** Waits until `isDone`; false when `limitMs` pass first. */
export async function waitUntil(isDone: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (performance.now() < end) {
    if (await isDone()) return true;
    await sleep(POLL_MS);
  }
  return false;
}

/** Fast shutdown: open transactions are rolled back, everything committed is written. */
export async function stopPostmaster(folder: string, pid: number, limitMs: number): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, "SIGINT");
  // Its last act is to remove its file; the process itself may stay in the table until its parent asks for it.
  const isGone = async () => !isAlive(pid) || (await readPostmaster(folder))?.pid !== pid;
  if (await waitUntil(isGone, limitMs)) return;
  throw new EmbeddedPostgresError(`the embedded Postgres (process ${pid}) did not stop within ${limitMs / 1000} s`);
}
