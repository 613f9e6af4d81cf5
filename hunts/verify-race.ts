import { parseArgs } from "node:util";
import { pino } from "pino";
import { startService } from "../examples/demo/start-service.ts";
import { readConfig } from "../src/config.ts";
import { createService } from "../src/service.ts";
import { wholeOption } from "./arguments.ts";
import { runRaces } from "./race/run-races.ts";

/**
 * Lets commands race for the last point, use and piece, over two services on one database.
 *   npm run verify:race -- [--count 100]
 * Passes when in each of `count` rounds exactly so many won as may, no other error came than the refusal, and the ledger proves itself.
 */
const { values } = parseArgs({ options: { count: { type: "string", default: "100" } } });
const rounds = wholeOption(values, "count");

const first = await startService();
const config = readConfig({ DATABASE_URL: String(first.inside.readPool.options.connectionString), JOBS_INTERVAL_SECONDS: "0" });
const second = await createService(config, { clock: () => new Date(), log: pino({ level: "warn" }), rootKey: first.rootKey });
try {
  const wrong = await runRaces([first.inside, second], { rootKey: first.rootKey, rounds, said: console.log });
  for (const what of wrong) console.error(what);
  if (wrong.length > 0) process.exitCode = 1;
  else console.log("each round came out as it must");
} finally {
  await second.close();
  await first.close();
}
