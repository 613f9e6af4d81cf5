import { parseArgs } from "node:util";
import { wholeOption } from "./arguments.ts";
import { runCrashes } from "./crash/run-crashes.ts";
import { inWords } from "./load/under-load.ts";
import { tell } from "./tell.ts";

/**
 * Crashes services, backends and the whole of a durable Postgres under load, and holds a journal of all requests against the ledger.
 *   npm run verify:crash -- [--service-kills 50] [--rolling 20] [--backend-kills 20] [--postgres-kills 20] [--seed 1]
 * Passes when what was acknowledged is in the ledger once and is answered the same again, what was not is in it once at most, nothing
 * else is in it, the ledger proves itself, nothing but success and 503 with Retry-After was answered, and answers were good again at most 5 s after what was crashed
 * took connections again.
 */
const { values } = parseArgs({
  options: {
    "service-kills": { type: "string", default: "50" },
    rolling: { type: "string", default: "20" },
    "backend-kills": { type: "string", default: "20" },
    "postgres-kills": { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
  },
});
const RECOVERY_MAX_MS = 5_000;

const check = await runCrashes({
  serviceKills: wholeOption(values, "service-kills"),
  rolls: wholeOption(values, "rolling"),
  backendKills: wholeOption(values, "backend-kills"),
  postgresKills: wholeOption(values, "postgres-kills"),
  seed: wholeOption(values, "seed"),
  recoveryMaxMs: RECOVERY_MAX_MS,
  said: console.log,
});
console.log(inWords(check));
tell(check.wrong);
