import { parseArgs } from "node:util";
import { wholeOption } from "./arguments.ts";
import { runRestoreRound } from "./restore/restore-round.ts";

/**
 * Backs the embedded Postgres up while orders are placed, restores it as of the backup's end and as of a moment after it, and verifies both.
 *   npm run verify:restore -- [--count 3] [--orders 2000]
 * Passes when in each of `count` rounds nothing that was answered in time is lost, nothing later is there, and the ledger proves itself.
 */
const { values } = parseArgs({ options: { count: { type: "string", default: "3" }, orders: { type: "string", default: "2000" } } });
const [count, orders] = [wholeOption(values, "count"), wholeOption(values, "orders")];

for (let round = 1; round <= count; round += 1) {
  const startedAt = performance.now();
  const { before, during, after, wrong } = await runRestoreRound(orders);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`round ${round}: ${before} orders before the backup, ${during} beside it, ${after} after the moment; ${seconds} s`);
  for (const what of wrong) console.error(what);
  if (wrong.length > 0) process.exitCode = 1;
}
if (process.exitCode === undefined) console.log("lost 0, too many 0, no difference");
