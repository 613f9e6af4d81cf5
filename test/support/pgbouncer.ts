import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { postgresAccount } from "../../src/db/embedded/account.ts";
import { freePort } from "./free-port.ts";

/** From here on it keeps prepared statements in transaction mode. */
const OLDEST = [1, 21] as const;
const START_LIMIT_MS = 10_000;

/** The version of the pgbouncer on the path; undefined without one that is new enough. */
export function pgbouncerVersion(): string | undefined {
  const [, major = "0", minor = "0"] = /^PgBouncer (\d+)\.(\d+)/.exec(spawnSync("pgbouncer", ["--version"]).stdout?.toString() ?? "") ?? [];
  const isNewEnough = Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
  return isNewEnough ? `${major}.${minor}` : undefined;
}

/** What the service begins its connections with, and pgbouncer must be told to let pass. */
export const IGNORED = "statement_timeout,lock_timeout,idle_in_transaction_session_timeout";

export type Pgbouncer = {
  /** The same database through it. */
  url(database: string): string;
  close(): Promise<void>;
};

export type PgbouncerOptions = { serverConnections: number; ignored?: string };

/** A pgbouncer in transaction mode before the Postgres of `url`, with a few connections to it, shared by all who come. */
export async function startPgbouncer(url: string, { serverConnections, ignored = IGNORED }: PgbouncerOptions): Promise<Pgbouncer> {
  const folder = await mkdtemp(join(tmpdir(), "loyalty-pgbouncer-"));
  const { ids } = postgresAccount(); // it refuses to run as root, as Postgres does
  const server = new URL(url);
  const port = await freePort();
  const file = join(folder, "pgbouncer.ini");
  await writeFile(
    file,
    `[databases]
* = host=${server.hostname} port=${server.port} user=${server.username} password=${decodeURIComponent(server.password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${serverConnections}
max_prepared_statements = 500
ignore_startup_parameters = ${ignored}
`,
    { mode: 0o600 },
  );
  await chmod(folder, 0o711);
  if (ids.uid !== undefined) await chown(file, ids.uid, ids.gid);
  const child = spawn("pgbouncer", ["--quiet", file], { ...ids, cwd: "/", stdio: "ignore" });
  const ended = once(child, "exit");
  const limit = performance.now() + START_LIMIT_MS;
  while (!(await answers(port))) {
    if (child.exitCode !== null || performance.now() > limit) throw new Error(`pgbouncer did not start (exit code ${child.exitCode})`);
    await sleep(20);
  }
  return {
    url: (database) => `postgres://${server.username}:any@127.0.0.1:${port}/${database}`,
    async close() {
      child.kill("SIGQUIT");
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false; // not yet: it is asked again, up to a limit
  } finally {
    socket.destroy();
  }
}
