import { setTimeout as sleep } from "node:timers/promises";
import { residentMegabytes } from "../../bench/resident-memory.ts";
import type { JournalCheck } from "../load/check-journal.ts";
import { serviceUnderLoad } from "../load/service-under-load.ts";
import type { FaultJudge } from "./fault.ts";

const WORKERS = 16;
const MINUTE_MS = 60_000;
const SAMPLE_MS = 1_000;
const GROWTH_MAX = 1.1;

export type SteadyOptions = Pick<FaultJudge, "said"> & { databaseUrl: string; seed: number; minutes: number };

/** Puts the same load on a service for minutes: in the last one it has hardly more memory resident than in the one after the first. */
export async function runSteady({ databaseUrl, seed, minutes, said }: SteadyOptions): Promise<JournalCheck> {
  const load = { settings: { DATABASE_URL: databaseUrl }, databaseUrl: () => databaseUrl, seed, workers: WORKERS };
  return serviceUnderLoad(load, async ({ driver, service }) => {
    const medians: number[] = [];
    for (let minute = 0; minute < minutes; minute += 1) medians.push(await medianOfMinute(service.pid));
    const [, second = 0] = medians;
    const last = medians.at(-1) ?? 0;
    said?.(`resident in each minute, in the median: ${medians.join(", ")} MB; ${driver.counts.acknowledged} acknowledged`);
    return last > second * GROWTH_MAX ? [`the service had ${second} MB resident after the first minute and ${last} MB in the last`] : [];
  });
}

async function medianOfMinute(pid: number): Promise<number> {
  const until = performance.now() + MINUTE_MS;
  const samples: number[] = [];
  while (performance.now() < until) {
    samples.push(await residentMegabytes(pid));
    await sleep(SAMPLE_MS);
  }
  return samples.toSorted((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0;
}
