import { randomBytes } from "node:crypto";
import { enableCompileCache } from "node:module";

// As in main.js.
enableCompileCache();
const { ConfigError } = await import("./config.ts");
const { runProcess } = await import("./run-process.ts");
const { createService } = await import("./service.ts");

/** The jobs in a process of their own, beside services with JOBS_INTERVAL_SECONDS=0. It answers health and metrics. */
await runProcess({
  async create(config, log) {
    if (config.DATABASE_URL === undefined) throw new ConfigError("DATABASE_URL must be set: a worker shares the Postgres of services");
    if (config.JOBS_INTERVAL_SECONDS === 0) throw new ConfigError("JOBS_INTERVAL_SECONDS must be 1 or more: a worker does nothing else");
    // Nobody has this key: there is nothing to open with it.
    const rootKey = randomBytes(32).toString("base64url");
    return createService(config, { clock: () => new Date(), log, rootKey, hasApi: false });
  },
  started: (url) => console.log(`The worker runs; its health is at ${url}/health/ready, its metrics are at ${url}/metrics`),
});
