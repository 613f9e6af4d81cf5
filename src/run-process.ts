import { existsSync } from "node:fs";
import { loadEnvFile } from "node:process";
import closeWithGrace from "close-with-grace";
import { type Logger, pino } from "pino";
import { type Config, readConfig } from "./config.ts";
import type { Service } from "./service.ts";
import { explainStartError } from "./start-errors.ts";

export type Process = {
  /** Makes what the process runs, not listening yet. */
  create(config: Config, log: Logger): Promise<Service>;
  /** It listens. */
  started(url: string): void;
};

async function start({ create, started }: Process): Promise<void> {
  // What the environment says already goes before the file.
  if (existsSync(".env")) loadEnvFile(".env");
  const config = readConfig(process.env);
  const log = pino({ level: config.LOG_LEVEL });
  const service = await create(config, log);

  const grace = closeWithGrace({ delay: config.SHUTDOWN_GRACE_SECONDS * 1_000, logger: log }, async ({ signal, err }) => {
    if (err !== undefined) log.fatal({ err }, "stopping after a defect");
    log.info({ signal }, "stopping: finishing what is in flight");
    await service.close();
    log.info("stopped");
  });
  try {
    started((await service.app.listen({ port: config.PORT, host: config.HOST })).replace("0.0.0.0", "127.0.0.1"));
  } catch (error) {
    grace.uninstall();
    await service.close();
    throw error;
  }
}

/** Runs until a signal stops it; says in one line why it cannot start, with exit code 1. */
export async function runProcess(running: Process): Promise<void> {
  try {
    await start(running);
  } catch (error) {
    console.error(explainStartError(error));
    process.exit(1);
  }
}
