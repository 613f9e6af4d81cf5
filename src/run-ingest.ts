import type { Logger } from "pino";
import { type Config, ConfigError } from "./config.ts";
import { type Ingestion, startIngestion } from "./ingestion/ingestion.ts";
import { openNats } from "./ingestion/nats.ts";
import { createProgramIds } from "./programs/program-ids.ts";
import { runProcess } from "./run-process.ts";
import type { Runs } from "./runs.ts";
import { createService } from "./service.ts";

/** Reads lines from a broker into the write path, in a process of its own beside services. It answers health and metrics. */
export const runIngest = (): Promise<void> =>
  runProcess({
    create: createIngest,
    started: (url) => console.log(`Lines are read; its health is at ${url}/health/ready, its metrics are at ${url}/metrics`),
  });

async function createIngest(config: Config, log: Logger): Promise<Runs> {
  const { NATS_URL: url, NATS_STREAM: stream, NATS_ACK_WAIT_SECONDS, DATABASE_URL, LOYALTY_ROOT_KEY: rootKey } = config;
  if (url === undefined) throw new ConfigError("NATS_URL must be set: it says where the lines come from");
  if (DATABASE_URL === undefined) throw new ConfigError("DATABASE_URL must be set: lines are written to the Postgres of services");
  if (rootKey === undefined) throw new ConfigError("LOYALTY_ROOT_KEY must be set, the one of services: codes of coupons are made with it");
  const broker = await openNats({ url, stream, ackWaitMs: NATS_ACK_WAIT_SECONDS * 1_000 }, log);
  try {
    const readiness = [{ name: "broker", check: () => broker.ping() }];
    const without = { ...config, JOBS_INTERVAL_SECONDS: 0 };
    const service = await createService(without, { clock: () => new Date(), log, rootKey, hasApi: false, readiness });
    const { engine, jobPool: pool, metrics } = service;
    let ingestion: Ingestion | undefined;
    return {
      async listen() {
        const at = await service.listen();
        ingestion = startIngestion({
          broker,
          engine,
          findProgram: createProgramIds(service.readPool),
          pool,
          log,
          metrics: {
            answered: (outcome) => metrics.linesAnswered.inc({ outcome }),
            waiting: (lines) => metrics.linesWaiting.set(lines),
          },
        });
        return at;
      },
      async close() {
        await ingestion?.close();
        await service.close();
        await broker.close();
      },
    };
  } catch (error) {
    await broker.close();
    throw error;
  }
}
