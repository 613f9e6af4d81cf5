import { parseArgs } from "node:util";
import { wholeOption } from "./arguments.ts";
import { runFaults } from "./faults/run-faults.ts";
import { startOwnPostgres } from "./load/own-postgres.ts";
import { inWords } from "./load/under-load.ts";
import { tell } from "./tell.ts";

/**
 * Makes the lines from a service to its Postgres and Redis bad under load, and holds a journal of all requests against the ledger.
 *   npm run verify:faults -- [--commit-cuts 100] [--resets 10] [--redis-flushes 20] [--count 3] [--seed 1]
 * Passes when what was acknowledged is in the ledger once, nothing else is in it, each answer was a success or 503 with Retry-After
 * where a fault may be noticed, whoever has written reads their own write, and answers were good again at most 5 s after a fault.
 */
const { values } = parseArgs({
  options: {
    "commit-cuts": { type: "string", default: "100" },
    resets: { type: "string", default: "10" },
    "redis-flushes": { type: "string", default: "20" },
    count: { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
  },
});
const RECOVERY_MAX_MS = 5_000;

const postgres = await startOwnPostgres();
try {
  const check = await runFaults({
    databaseUrl: postgres.url(),
    commitCuts: wholeOption(values, "commit-cuts"),
    resets: wholeOption(values, "resets"),
    redisFlushes: wholeOption(values, "redis-flushes"),
    count: wholeOption(values, "count"),
    seed: wholeOption(values, "seed"),
    recoveryMaxMs: RECOVERY_MAX_MS,
    said: console.log,
  });
  console.log(inWords(check));
  tell(check.wrong);
} finally {
  await postgres.close();
}
