import { existsSync } from "node:fs";
import { loadEnvFile } from "node:process";
import closeWithGrace from "close-with-grace";
import { type Logger, pino } from "pino";
import { type Config, readConfig } from "./config.ts";
import type { Runs } from "./runs.ts";
import { explainStartError } from "./start-errors.ts";

export type Process = {
  /** Makes what the process runs, not listening yet. */
  create(config: Config, log: Logger): Promise<Runs>;
  /** It listens. */
  started(url: string): void;
  /** Says why it cannot start. */
  failed?(line: string): Promise<void>;
  /** Who else may stop it, beside signals: is given what stops it. */
  onStop?(stop: () => void): void;
};

async function start({ create, started, onStop }: Process): Promise<void> {
  // What the environment says already goes before the file.
  if (existsSync(".env")) loadEnvFile(".env");
  const config = readConfig(process.env);
  const log = pino({ level: config.LOG_LEVEL });
  const running = await create(config, log);

  const delay = config.SHUTDOWN_GRACE_SECONDS * 1_000 + (running.extraGraceMs ?? 0);
  let isStopping = false;
  const grace = closeWithGrace({ delay, logger: log }, async ({ signal, err }) => {
    isStopping = true;
    if (err !== undefined) log.fatal({ err }, "stopping after a defect");
    log.info({ signal }, "stopping: finishing what is in flight");
    await running.close();
    log.info("stopped");
  });
  onStop?.(() => {
    if (!isStopping) void grace.close();
  });
  try {
    started((await running.listen()).replace("0.0.0.0", "127.0.0.1"));
  } catch (error) {
    grace.uninstall();
    await running.close();
    throw error;
  }
}

/** Runs until a signal stops it; says in one line why it cannot start, with exit code 1. */
export async function runProcess(running: Process): Promise<void> {
  try {
    await start(running);
  } catch (error) {
    const line = explainStartError(error);
    if (running.failed === undefined) console.error(line);
    else await running.failed(line);
    process.exit(1);
  }
}
