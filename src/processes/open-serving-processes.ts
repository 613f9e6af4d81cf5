import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { openDatabase } from "../db/open-database.ts";
import type { Runs } from "../runs.ts";
import { findPort } from "./find-port.ts";
import { createSupervisor } from "./supervisor.ts";

/** After the time that each process has to stop, for those that hang and for the database. */
const EXTRA_GRACE_MS = 2_000;

/** What several processes share, opened once: the database, migrated, the root key, and the port. Nothing is served by this process itself. */
export async function openServingProcesses(config: Config, { log, rootKey }: { log: Logger; rootKey: string }): Promise<Runs> {
  const database = await openDatabase(config, (line) => log.info(line));
  const supervisor = createSupervisor({
    processes: config.WEB_CONCURRENCY,
    graceMs: config.SHUTDOWN_GRACE_SECONDS * 1_000 + EXTRA_GRACE_MS / 2,
    log,
  });
  return {
    async listen() {
      const port = await findPort(config.HOST, config.PORT);
      const { url, losesLimits } = database;
      return supervisor.start({ rootKey, database: { url, losesLimits }, port });
    },
    extraGraceMs: EXTRA_GRACE_MS,
    async close() {
      await supervisor.close();
      await database.close();
    },
  };
}
