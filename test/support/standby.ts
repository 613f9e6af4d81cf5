import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { postgresAccount } from "../../src/db/embedded/account.ts";
import { takeBackup } from "../../src/db/embedded/backup.ts";
import { findBinaries } from "../../src/db/embedded/binaries.ts";
import { startCluster } from "../../src/db/embedded/cluster.ts";
import { stopPostmaster } from "../../src/db/embedded/postmaster.ts";

const STOP_LIMIT_MS = 30_000;

/** A server that follows another one by its log and takes reads. */
export type Standby = {
  /** The database of `url` there, at one address whether it runs or not. */
  url: string;
  stop(): Promise<void>;
  /** Nothing happens where it runs. */
  start(): Promise<void>;
};

/** A hot standby of the embedded Postgres of `dataDir`, which runs at `url`, in the new folder `to`. It does not run yet. */
export async function makeStandby({
  dataDir,
  url,
  to,
  port,
}: {
  dataDir: string;
  url: string;
  to: string;
  port: number;
}): Promise<Standby> {
  await takeBackup({ dataDir, to });
  const folder = join(to, "postgres");
  const account = postgresAccount();
  await writeFile(join(folder, "standby.signal"), "");
  if (account.ids.uid !== undefined) spawnSync("chown", ["-R", `${account.ids.uid}:${account.ids.gid}`, to]);
  const primary = new URL(url);
  const settings = {
    port: String(port),
    hot_standby: "on",
    primary_conninfo: `host=${primary.hostname} port=${primary.port} user=${primary.username} password=${primary.password}`,
    wal_retrieve_retry_interval: "100ms",
  };
  const binaries = await findBinaries(account, join(dataDir, "postgres-binaries"), undefined);
  const cluster = { folder, logFile: join(to, "standby.log"), account, binaries, durable: false, settings };
  let pid: number | undefined;
  const own = new URL(url);
  own.port = String(port);
  return {
    url: own.href,
    async start() {
      if (pid !== undefined) return;
      ({ pid } = await startCluster(cluster));
    },
    async stop() {
      if (pid !== undefined) await stopPostmaster(folder, pid, STOP_LIMIT_MS);
      pid = undefined;
    },
  };
}
