import { existsSync } from "node:fs";
import { loadEnvFile } from "node:process";
import closeWithGrace from "close-with-grace";
import { pino } from "pino";
import { readConfig } from "./config.ts";
import { readOrMakeRootKey } from "./root-key.ts";
import { createService } from "./service.ts";
import { explainStartError } from "./start-errors.ts";

async function start(): Promise<void> {
  // What the environment says already goes before the file.
  if (existsSync(".env")) loadEnvFile(".env");
  const config = readConfig(process.env);
  const log = pino({ level: config.LOG_LEVEL });
  const rootKey = await readOrMakeRootKey(config);
  const service = await createService(config, { clock: () => new Date(), log, rootKey: rootKey.key });

  const grace = closeWithGrace({ delay: config.SHUTDOWN_GRACE_SECONDS * 1_000, logger: log }, async ({ signal, err }) => {
    if (err !== undefined) log.fatal({ err }, "stopping after a defect");
    log.info({ signal }, "stopping: finishing what is in flight");
    await service.close();
    log.info("stopped");
  });
  try {
    const url = (await service.app.listen({ port: config.PORT, host: config.HOST })).replace("0.0.0.0", "127.0.0.1");
    console.log(`The service listens on ${url}; its documentation is at ${url}/docs`);
    if (rootKey.madeIn !== undefined) console.log(`Root key, shown this once and kept in ${rootKey.madeIn}: ${rootKey.key}`);
  } catch (error) {
    grace.uninstall();
    await service.close();
    throw error;
  }
}

try {
  await start();
} catch (error) {
  console.error(explainStartError(error));
  process.exit(1);
}
