import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitUntil } from "../../src/db/embedded/postmaster.ts";
import type { HttpCaller } from "../../test/support/http-caller.ts";

const PRELOAD = new URL("../children/shifted-clock.ts", import.meta.url).href;
const SEEN_LIMIT_MS = 10_000;
const NEAR_MS = 60_000;

/** The clock of a service process, which can be put forward and back while it runs; the clocks of Postgres and Redis stay. */
export type ServiceClock = {
  /** What the service must be started with. */
  settings: Record<string, string>;
  /** From the system's time, until the service's answers show it. */
  put(offsetMs: number, caller: HttpCaller): Promise<void>;
  close(): Promise<void>;
};

export async function createServiceClock(): Promise<ServiceClock> {
  const folder = await mkdtemp(join(tmpdir(), "loyalty-clock-"));
  const file = join(folder, "offset");
  await writeFile(file, "0");
  return {
    settings: { NODE_OPTIONS: `--import=${PRELOAD}`, CLOCK_OFFSET_FILE: file },
    async put(offsetMs, caller) {
      await writeFile(`${file}.new`, String(offsetMs));
      await rename(`${file}.new`, file);
      const isSeen = async () => {
        const { body } = await caller.get<{ asOf: string }>("/v1/members/m-0/balance?consistency=strong");
        return Math.abs(Date.parse(body.asOf) - (Date.now() + offsetMs)) < NEAR_MS;
      };
      if (!(await waitUntil(isSeen, SEEN_LIMIT_MS))) throw new Error(`the service does not show that its clock is off by ${offsetMs} ms`);
    },
    close: () => rm(folder, { recursive: true }),
  };
}
