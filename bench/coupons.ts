import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Server, startService } from "./child-process.ts";
import { Closings } from "./closings.ts";
import { countCodes } from "./count-codes.ts";
import { startDurablePostgres } from "./durable-postgres.ts";
import { describeRun } from "./machine.ts";
import { probe } from "./probe.ts";
import { call } from "./program.ts";
import { peakMegabytes } from "./resident-memory.ts";
import { wholeOption } from "./whole-option.ts";

/**
 * Generates codes in the service, which is killed in the middle and started again, then exports them, and measures the peak of resident
 * memory of its process and how requests are answered meanwhile. Ends with 1 where a code lacks, is doubled or is none, or the peak is
 * too high. Linux only: the peak is what /proc says.
 *   npm run bench:coupons -- [--codes 1000000] [--dir FOLDER]
 */
const { values: options } = parseArgs({
  options: { codes: { type: "string", default: "1000000" }, dir: { type: "string", default: tmpdir() } },
});
const CODES = wholeOption("--codes", options.codes);
const PEAK_MAX_MB = 300;
const LOOK_EVERY_MS = 250;

const PROGRAM = {
  id: "codes",
  name: "Codes",
  currency: "GBP",
  timeZone: "Europe/London",
  wallets: [{ id: "points" }],
  earning: [],
  tiers: [{ id: "all", name: "All" }],
  coupons: [{ id: "letter", gives: [{ kind: "discount_percent", percent: 10 }] }],
  rules: [],
};

type Batch = { status: string; written: number };

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1);

async function bench(closings: Closings): Promise<void> {
  const postgres = await startDurablePostgres(options.dir, closings);

  const rootKey = randomBytes(24).toString("base64url");
  const env = {
    DATABASE_URL: postgres.url,
    PORT: "0",
    LOG_LEVEL: "warn",
    LOYALTY_ROOT_KEY: rootKey,
    JOBS_INTERVAL_SECONDS: "1",
  };
  const headers = { authorization: `Bearer ${rootKey}`, "loyalty-program": PROGRAM.id };
  const start = async (): Promise<Server> => {
    const server = await startService(env);
    closings.opened(server);
    // A machine that is busy with something else answers that it is overloaded while it starts.
    while ((await fetch(`${server.url}/v1/program`, { headers })).status === 503) await sleep(LOOK_EVERY_MS);
    return server;
  };
  const readBatch = async ({ url }: Server): Promise<Batch> =>
    (await fetch(`${url}/v1/coupon-batches/letter`, { headers })).json() as Promise<Batch>;

  let service = await start();
  await call(`${service.url}/v1/program`, "PUT", headers, PROGRAM);
  await call(`${service.url}/v1/members`, "POST", headers, { id: "ada" });
  const asked = { url: `${service.url}/v1/members/ada/balance?consistency=strong`, headers };
  const idle = await probe(asked, () => sleep(5_000));

  const generatingSince = performance.now();
  await call(`${service.url}/v1/coupon-batches`, "POST", headers, { id: "letter", coupon: "letter", codes: CODES });
  let batch = await readBatch(service);
  const busy = await probe(asked, async () => {
    for (; batch.written < CODES / 2; batch = await readBatch(service)) await sleep(LOOK_EVERY_MS);
  });
  const peaks = [await peakMegabytes(service.pid)];
  await service.kill();
  const killedAt = batch.written;
  service = await start();
  for (batch = await readBatch(service); batch.status !== "ready"; batch = await readBatch(service)) await sleep(LOOK_EVERY_MS);
  const generated = seconds(generatingSince);
  peaks.push(await peakMegabytes(service.pid));

  const exportingSince = performance.now();
  const counted = await countCodes(await fetch(`${service.url}/v1/coupon-batches/letter/codes`, { headers }));
  const exported = seconds(exportingSince);
  peaks.push(await peakMegabytes(service.pid));

  const peak = Math.max(...peaks);
  console.log(`${await describeRun(postgres.url, undefined)}\n`);
  console.log(`${CODES} codes generated in ${generated} s, with the service killed after ${killedAt} and started again`);
  console.log(
    `exported in ${exported} s: ${counted.codes} codes, ${counted.doubled} doubled, ${counted.wrong} without a right check character`,
  );
  console.log(`a balance read meanwhile: ${busy}; without: ${idle}`);
  console.log(
    `peak resident memory of the service: ${peaks[0]} MB until it was killed, then ${peaks[1]} MB, with the export ${peaks[2]} MB;`,
  );
  console.log(`at most ${PEAK_MAX_MB}`);
  if (counted.codes !== CODES || counted.doubled + counted.wrong > 0 || peak > PEAK_MAX_MB) process.exitCode = 1;
}

const closings = new Closings();
try {
  await bench(closings);
} finally {
  await closings.close();
}
