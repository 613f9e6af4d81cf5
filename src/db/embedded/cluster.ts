import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chown, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Account } from "./account.ts";
import type { Binaries } from "./binaries.ts";
import { EmbeddedPostgresError } from "./errors.ts";
import { type Postmaster, readPostmaster, waitUntil } from "./postmaster.ts";

export const SUPERUSER = "loyalty";
const PASSWORD_FILE = "loyalty-password";
const START_LIMIT_MS = 120_000;

/** A data folder of Postgres and what it takes to run it. */
export type Cluster = {
  folder: string;
  logFile: string;
  account: Account;
  binaries: Binaries;
  durable: boolean;
  /** More settings of the server, over those of its own. */
  settings?: Readonly<Record<string, string>>;
  startLimitMs?: number;
};

export const readPassword = async (folder: string): Promise<string> => (await readFile(join(folder, PASSWORD_FILE), "utf8")).trim();

/**
 * Makes the data folder, whole or not at all: it is built beside its place and renamed, so that a service that is killed in the
 * middle, or two that start at once, leave nothing half-made. The password is random and stands in the folder, mode 0600.
 */
export async function createCluster({ folder, account, binaries, durable }: Cluster): Promise<void> {
  const draft = `${folder}.${process.pid}`;
  const password = randomBytes(24).toString("base64url");
  const passwordFile = `${draft}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (account.ids.uid !== undefined) {
      await chown(draft, account.ids.uid, account.ids.gid);
      await chown(passwordFile, account.ids.uid, account.ids.gid);
    }
    // Rounds slow down who guesses a person's password: this one is random, and each connection would wait for them.
    const options = [
      "--auth=scram-sha-256",
      ...(binaries.major >= 16 ? ["--set=scram_iterations=1"] : []),
      "--encoding=UTF8",
      "--locale=C",
      "--no-instructions",
      ...(durable ? [] : ["--no-sync"]),
    ];
    const initdb = spawnSync(binaries.initdb, ["-D", draft, "-U", SUPERUSER, `--pwfile=${passwordFile}`, ...options], {
      ...account.ids,
      cwd: "/",
      env: { ...process.env, LC_ALL: "C" },
      encoding: "utf8",
    });
    if (initdb.status !== 0) {
      const reason = (initdb.stderr || initdb.error?.message || "").trim().replaceAll(/\s*\n\s*/g, "; ");
      throw new EmbeddedPostgresError(`initdb failed: ${reason}`);
    }
    await rename(passwordFile, join(draft, PASSWORD_FILE));
    await rename(draft, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error; // another service was first: its folder is used
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
}

/**
 * Starts the server and waits until it takes connections. It runs in a session of its own, so that a signal to the group of the
 * service (Ctrl-C) does not end it while the service drains, and it logs to a file, so that it outlives a killed service.
 */
export async function startCluster(cluster: Cluster): Promise<Postmaster> {
  const log = await open(cluster.logFile, "w", 0o600);
  const child = spawn(cluster.binaries.postgres, ["-D", cluster.folder, ...parameters(await freePort(), cluster)], {
    ...cluster.account.ids,
    cwd: "/",
    env: { ...process.env, LC_ALL: "C" },
    stdio: ["ignore", "ignore", log.fd],
    detached: true,
  });
  child.unref();
  await log.close();
  let ended: string | undefined;
  child.once("error", (error) => {
    ended = error.message;
  });
  child.once("exit", (code, signal) => {
    ended = `it ended with ${signal ?? code}`;
  });

  let started: Postmaster | undefined;
  await waitUntil(async () => {
    const seen = ended === undefined ? await readPostmaster(cluster.folder) : undefined;
    if (seen?.pid === child.pid && seen?.status === "ready") started = seen;
    return started !== undefined || ended !== undefined;
  }, cluster.startLimitMs ?? START_LIMIT_MS);
  if (started !== undefined) return started;
  child.kill("SIGQUIT");
  throw new EmbeddedPostgresError(`the embedded Postgres did not start (${ended ?? "too slow"}): ${await lastLines(cluster.logFile)}`);
}

function parameters(port: number, { durable, settings }: Cluster): string[] {
  const all = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: 60,
    shared_buffers: "128MB",
    max_wal_size: "2GB",
    // LOG, FATAL and PANIC: refused statements are the service's to report.
    log_min_messages: "log",
    log_checkpoints: "off",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

/** What the server says of its end: the lines that say why, or else the last ones. */
async function lastLines(file: string): Promise<string> {
  const text = existsSync(file) ? await readFile(file, "utf8") : "";
  const lines = text.trim().split("\n");
  const reasons = lines.filter((line) => /\b(?:FATAL|PANIC):/.test(line));
  return (reasons.length > 0 ? reasons : lines).slice(-3).join("; ") || `see ${file}`;
}
