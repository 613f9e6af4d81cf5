import { parseArgs } from "node:util";
import { wholeOption } from "./arguments.ts";
import { runDuplicates } from "./duplicates/run-duplicates.ts";
import { startInstance } from "./load/instance.ts";
import { startOwnPostgres } from "./load/own-postgres.ts";
import { inWords, ROOT_KEY } from "./load/under-load.ts";
import { tell } from "./tell.ts";

/**
 * Sends each of many operations many times at once, over two service processes on one durable Postgres.
 *   npm run verify:duplicates -- [--keys 1000] [--copies 100] [--seed 1]
 * Passes when one copy of each took effect, every other one was answered the same as a replay, and the ledger has each once and nothing else.
 */
const { values } = parseArgs({
  options: {
    keys: { type: "string", default: "1000" },
    copies: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
  },
});
const [keys, copies, seed] = [wholeOption(values, "keys"), wholeOption(values, "copies"), wholeOption(values, "seed")];

const postgres = await startOwnPostgres();
const settings = { DATABASE_URL: postgres.url(), LOYALTY_ROOT_KEY: ROOT_KEY, BALANCE_CACHE_SIZE: "0", LOG_LEVEL: "error" };
const services = [await startInstance(settings), await startInstance(settings)];
try {
  const startedAt = performance.now();
  const check = await runDuplicates({ urls: services.map(({ url }) => url), databaseUrl: postgres.url, keys, copies, seed });
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  console.log(`seed ${seed}: ${keys} keys, ${keys * copies} requests in ${seconds} s; ${inWords(check)}`);
  tell(check.wrong);
} finally {
  for (const service of services) await service.close();
  await postgres.close();
}
