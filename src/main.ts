import { enableCompileCache } from "node:module";
import type { RootKey } from "./root-key.ts";

// Before anything else is loaded: a process that starts again loads compiled code in two thirds of the time.
enableCompileCache();
const { readOrMakeRootKey } = await import("./root-key.ts");
const { runProcess } = await import("./run-process.ts");
const { createService } = await import("./service.ts");

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
