import { type RootKey, readOrMakeRootKey } from "./root-key.ts";
import { runProcess } from "./run-process.ts";
import { createService } from "./service.ts";

let rootKey: RootKey;

await runProcess({
  async create(config, log) {
    rootKey = await readOrMakeRootKey(config);
    return createService(config, { clock: () => new Date(), log, rootKey: rootKey.key });
  },
  started(url) {
    console.log(`The service listens on ${url}; its documentation is at ${url}/docs`);
    if (rootKey.madeIn !== undefined) console.log(`Root key, shown this once and kept in ${rootKey.madeIn}: ${rootKey.key}`);
  },
});
