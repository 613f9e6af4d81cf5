import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type HttpCaller, httpCaller } from "../../test/support/http-caller.ts";
import { checkJournal, type JournalCheck } from "./check-journal.ts";
import { Journal } from "./journal.ts";
import { LoadDriver } from "./load-driver.ts";
import { LOAD_PROGRAM } from "./load-program.ts";
import { Operations } from "./operations.ts";

export const ROOT_KEY = "loy_root_of_a_hunt_and_nothing_else";
const MEMBERS = 50;
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
export type LoadWorld = { driver: LoadDriver; operations: Operations; journal: Journal; callers: readonly HttpCaller[] };

/** Publishes the program, puts load on the services while `disturb` does its work, and then holds the journal against the ledger. */
export async function underLoad(
  { urls, databaseUrl, seed, workers, connections = workers, rootKey = ROOT_KEY }: UnderLoad,
  disturb: (world: LoadWorld) => Promise<void>,
): Promise<JournalCheck> {
  const folder = await mkdtemp(join(tmpdir(), "loyalty-journal-"));
  const journal = new Journal(join(folder, "journal.ndjson"));
  const callers = urls.map((url) => httpCaller(url, rootKey, connections, PROGRAM_HEADER));
  try {
    const [first] = callers;
    if (first === undefined) throw new Error("there is no service to put load on");
    const published = await first.send("PUT", "/v1/program", LOAD_PROGRAM);
    if (published.status !== 200) throw new Error(`the program was not published: ${JSON.stringify(published.body)}`);
    const operations = new Operations({ seed, members: MEMBERS, now: new Date() });
    const driver = new LoadDriver({ callers, operations, journal, workers });
    await driver.start();
    let wrong: string[];
    try {
      await disturb({ driver, operations, journal, callers });
    } finally {
      wrong = await driver.stop();
    }
    const check = await checkJournal(journal, first, databaseUrl());
    return { ...check, wrong: [...wrong, ...check.wrong] };
  } finally {
    journal.close();
    for (const caller of callers) caller.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** One line for people. */
export const inWords = ({ operations, acknowledged, tookEffect, lost, doubled }: JournalCheck): string =>
  `${operations} operations, ${acknowledged} acknowledged, ${tookEffect} in the ledger without an answer; lost ${lost}, doubled ${doubled}`;
