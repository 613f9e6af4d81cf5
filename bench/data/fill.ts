import { setTimeout as sleep } from "node:timers/promises";
import { SEED_MEMBERS } from "../cart.ts";
import { type Server, startService } from "../child-process.ts";
import { withClient } from "../durable-postgres.ts";
import { applyProgram } from "../program.ts";
import { copyMembers } from "./copy-members.ts";
import { importLines } from "./import-lines.ts";
import { ENTRIES_OF_SEED_MEMBER, seedLines } from "./seed-lines.ts";

const LOOK_EVERY_MS = 200;
const LIMIT_MS = 3_600_000;

export type Filled = { headers: Record<string, string>; members: number; entries: number };
/** A checkout of the service and a database of its own. */
export type Place = { root: string; databaseUrl: string; env: Record<string, string>; rootKey: string };

/** Runs `work` beside a service of the checkout, which then ends. */
async function withService<Result>(
  { root, env }: Place,
  more: Record<string, string>,
  work: (server: Server) => Promise<Result>,
): Promise<Result> {
  const server = await startService({ ...env, ...more }, root);
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

/**
 * Makes a program with so many members, each with points and orders of some months: the first through the import of the service, the
 * others as copies of their rows. All that the service does in the background is done when this answers.
 */
export async function fillDatabase(place: Place, program: { id: string }, members: number, scopes: readonly string[]): Promise<Filled> {
  if (members % SEED_MEMBERS !== 0) throw new Error(`members come by the ${SEED_MEMBERS}`);
  const { databaseUrl } = place;
  const headers = await withService(place, { JOBS_INTERVAL_SECONDS: "0" }, async ({ url }) => {
    const asShop = await applyProgram(url, place.rootKey, program, scopes);
    await importLines(url, asShop, seedLines(new Date()));
    await untilNumbered(databaseUrl);
    return asShop;
  });
  await copyMembers(databaseUrl, program.id, members / SEED_MEMBERS);
  await withService(place, { JOBS_INTERVAL_SECONDS: "1" }, () =>
    until(
      databaseUrl,
      "not exists (select from event_feeds f left join ledger_chains c using (program_id) where c.position is distinct from f.position)",
      "the entries are not sealed",
    ),
  );
  await tidyUp(databaseUrl);
  return { headers, members, entries: members * ENTRIES_OF_SEED_MEMBER };
}

const untilNumbered = (databaseUrl: string): Promise<void> =>
  until(databaseUrl, "not exists (select from event_batches where first_position is null)", "the events get no positions");

/** What autovacuum and checkpoints would do in the middle of a measurement. Plans that were made for empty tables are slow ones. */
const tidyUp = (databaseUrl: string): Promise<void> =>
  withClient(databaseUrl, async (client) => {
    await client.query("vacuum (freeze, analyze)");
    await client.query("checkpoint");
  });

/** After much was brought to a service that runs: what it does about it in the background is done when this answers. */
export async function settle(databaseUrl: string): Promise<void> {
  await untilNumbered(databaseUrl);
  await tidyUp(databaseUrl);
}

async function until(databaseUrl: string, condition: string, otherwise: string): Promise<void> {
  const limit = performance.now() + LIMIT_MS;
  await withClient(databaseUrl, async (client) => {
    while ((await client.query<{ is: boolean }>(`select ${condition} as is`)).rows[0]?.is !== true) {
      if (performance.now() > limit) throw new Error(otherwise);
      await sleep(LOOK_EVERY_MS);
    }
  });
}
