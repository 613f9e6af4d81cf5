import { parseArgs } from "node:util";
import { wholeOption } from "./arguments.ts";
import { runFaults } from "./faults/run-faults.ts";
import { runFullDisk } from "./faults/run-full-disk.ts";
import { runOverload } from "./faults/run-overload.ts";
import { runSteady } from "./faults/run-steady.ts";
import type { JournalCheck } from "./load/check-journal.ts";
import { startOwnPostgres } from "./load/own-postgres.ts";
import { inWords } from "./load/under-load.ts";
import { tell } from "./tell.ts";

/**
 * Makes what a service stands on go wrong under load, and holds a journal of all requests against the ledger: its lines to Postgres and
 * Redis, its clock, the disk of Postgres, more requests than it can do, and time itself. 0 leaves a part out.
 *   npm run verify:faults -- [--commit-cuts 100] [--resets 10] [--redis-flushes 20] [--count 3] [--disk-fills 5] [--overload-seconds 15]
 *     [--minutes 5] [--seed 1]
 * Passes when what was acknowledged is in the ledger once, nothing else is in it, each answer was a success or 503 with Retry-After
 * where a fault may be noticed, whoever has written reads their own write, and answers were good again at most 5 s after a fault; when
 * ten times the load leaves 99 of 100 good answers within 3 s and at least half as many of them; and when the memory stays within 1.1 times.
 */
const { values } = parseArgs({
  options: {
    "commit-cuts": { type: "string", default: "100" },
    resets: { type: "string", default: "10" },
    "redis-flushes": { type: "string", default: "20" },
    count: { type: "string", default: "3" },
    "disk-fills": { type: "string", default: "5" },
    "overload-seconds": { type: "string", default: "15" },
    minutes: { type: "string", default: "5" },
    seed: { type: "string", default: "1" },
  },
});
const RECOVERY_MAX_MS = 5_000;
const LASTS_MS = 1_500;

const [fills, seconds, minutes, seed] = [
  wholeOption(values, "disk-fills"),
  wholeOption(values, "overload-seconds"),
  wholeOption(values, "minutes"),
  wholeOption(values, "seed"),
];
const lines = {
  commitCuts: wholeOption(values, "commit-cuts"),
  resets: wholeOption(values, "resets"),
  redisFlushes: wholeOption(values, "redis-flushes"),
  exhaustions: wholeOption(values, "count"),
  count: wholeOption(values, "count"),
};
const judge = { said: console.log, recoveryMaxMs: RECOVERY_MAX_MS };

const wrong: string[] = [];
const note = (check: JournalCheck) => {
  console.log(inWords(check));
  wrong.push(...check.wrong);
};
/** Each part has a Postgres of its own, so that its journal explains all that is in the ledger. */
async function onOwnPostgres(run: (databaseUrl: string) => Promise<JournalCheck>): Promise<void> {
  const postgres = await startOwnPostgres();
  try {
    note(await run(postgres.url()));
  } finally {
    await postgres.close();
  }
}

if (Object.values(lines).some((count) => count > 0))
  await onOwnPostgres((databaseUrl) => runFaults({ databaseUrl, seed, hasRedis: true, lastsMs: LASTS_MS, ...lines, ...judge }));
if (fills > 0) note(await runFullDisk({ seed, fills, ...judge }));
if (seconds > 0) await onOwnPostgres((databaseUrl) => runOverload({ databaseUrl, seed, seconds, ...judge }));
if (minutes > 0) await onOwnPostgres((databaseUrl) => runSteady({ databaseUrl, seed, minutes, said: console.log }));
tell(wrong);
