import { type RootKey, readOrMakeRootKey } from "./root-key.ts";
import { runProcess } from "./run-process.ts";

/** The process that was started: it serves by itself, or keeps WEB_CONCURRENCY others serving. */
export async function runFirst(): Promise<void> {
  let rootKey: RootKey;
  await runProcess({
    async create(config, log) {
      rootKey = await readOrMakeRootKey(config);
      const { key } = rootKey;
      if (config.WEB_CONCURRENCY > 1) {
        const { openServingProcesses } = await import("./processes/open-serving-processes.ts");
        return openServingProcesses(config, { log, rootKey: key });
      }
      const { createService } = await import("./service.ts");
      return createService(config, { clock: () => new Date(), log, rootKey: key });
    },
    started(url) {
      console.log(`The service listens on ${url}; its documentation is at ${url}/docs`);
      if (rootKey.madeIn !== undefined) console.log(`Root key, shown this once and kept in ${rootKey.madeIn}: ${rootKey.key}`);
    },
  });
}
