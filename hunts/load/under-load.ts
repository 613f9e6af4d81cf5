import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type HttpCaller, httpCaller } from "../../test/support/http-caller.ts";
import { checkJournal, type JournalCheck } from "./check-journal.ts";
import { Journal } from "./journal.ts";
import { LoadDriver } from "./load-driver.ts";
import { LOAD_PROGRAM } from "./load-program.ts";
import { Operations } from "./operations.ts";

export const ROOT_KEY = "loy_root_of_a_hunt_and_nothing_else";
const MEMBERS = 50;
const PAUSE_MS = 250;
const PROGRAM_HEADER = { "loyalty-program": LOAD_PROGRAM.id };

export type UnderLoad = {
  urls: readonly string[];
  databaseUrl: () => string;
  seed: number;
  workers: number;
  /** To each service; as many as there are workers when absent. */
  connections?: number;
  rootKey?: string;
};

/** What there is while the load is on. */
export type LoadWorld = { driver: LoadDriver; operations: Operations; journal: Journal; callers: readonly [HttpCaller, ...HttpCaller[]] };

/**
 * Publishes the program, puts load on the services while `disturb` does its work and answers what it found wrong, and then holds the
 * journal against the ledger.
 */
export async function underLoad(
  { urls, databaseUrl, seed, workers, connections = workers, rootKey = ROOT_KEY }: UnderLoad,
  disturb: (world: LoadWorld) => Promise<string[]>,
): Promise<JournalCheck> {
  const folder = await mkdtemp(join(tmpdir(), "loyalty-journal-"));
  const journal = new Journal(join(folder, "journal.ndjson"));
  const [first, ...others] = urls.map((url) => httpCaller(url, rootKey, connections, PROGRAM_HEADER));
  if (first === undefined) throw new Error("there is no service to put load on");
  const callers = [first, ...others] as const;
  try {
    await publish(first);
    const operations = new Operations({ seed, members: MEMBERS, now: new Date() });
    const driver = new LoadDriver({ callers, operations, journal, workers });
    await driver.start();
    const wrong: string[] = [];
    try {
      wrong.push(...(await disturb({ driver, operations, journal, callers })));
    } finally {
      wrong.push(...(await driver.stop()));
    }
    const check = await checkJournal(journal, first, databaseUrl());
    return { ...check, wrong: [...wrong, ...check.wrong] };
  } finally {
    journal.close();
    for (const caller of callers) caller.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A service that has just started on a busy machine may say at first that it is overloaded. */
async function publish(caller: HttpCaller): Promise<void> {
  const published = await caller.send("PUT", "/v1/program", LOAD_PROGRAM);
  if (published.status === 200) return;
  if (published.status !== 503) throw new Error(`the program was not published: ${JSON.stringify(published.body)}`);
  await sleep(PAUSE_MS);
  return publish(caller);
}

/** One line for people. */
export const inWords = ({ operations, acknowledged, tookEffect, lost, doubled }: JournalCheck): string =>
  `${operations} operations, ${acknowledged} acknowledged, ${tookEffect} in the ledger without an answer; lost ${lost}, doubled ${doubled}`;
