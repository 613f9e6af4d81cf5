import { isDeepStrictEqual } from "node:util";
import pg from "pg";
import { ENTRY_KIND_NAMES, SOURCE_KIND_NAMES } from "../../src/ledger/accounts.ts";
import { nameOf } from "../../src/ledger/stored-names.ts";
import type { HttpCaller } from "../../test/support/http-caller.ts";
import { type Journal, type Known, knownOf } from "./journal.ts";
import { movementsOf } from "./operations.ts";

const AT_ONCE = 16;

export type JournalCheck = {
  operations: number;
  acknowledged: number;
  /** Not acknowledged, and in the ledger none the less. */
  tookEffect: number;
  lost: number;
  doubled: number;
  wrong: string[];
};

/**
 * Holds the journal against the ledger: what was acknowledged is in it once and is answered the same again, what was not
 * is in it once or not at all, and nothing else is; and the ledger proves itself. No load may be running.
 */
export async function checkJournal(journal: Journal, caller: HttpCaller, databaseUrl: string): Promise<JournalCheck> {
  const known = [...knownOf(journal.read()).values()];
  const wrong: string[] = [];
  const booked = await readBooked(databaseUrl);
  const counts = compareEntries(known, booked, wrong);
  for (const key of booked.keys()) wrong.push(`${key} is in the ledger, and nobody asked for it`);
  await askAgain(known, caller, wrong);
  await compareBalances(new Set(known.map(({ operation }) => operation.memberId)), caller, wrong);
  const { body } = await caller.get<{ differenceCount: number; differences: unknown[] }>("/v1/verification");
  if (body.differenceCount !== 0) wrong.push(`the ledger does not prove itself: ${JSON.stringify(body)}`);
  return { operations: known.length, acknowledged: known.filter(({ answer }) => answer !== undefined).length, ...counts, wrong };
}

/** The points that were moved, by what caused it and in which way. */
async function readBooked(databaseUrl: string): Promise<Map<string, number>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ source: number; id: string; entry: number; points: number }>(
      "select source_kind as source, source_id as id, kind as entry, sum(points)::int as points from entries group by 1, 2, 3",
    );
    return new Map(
      rows.map(({ source, id, entry, points }) => [
        `${nameOf(ENTRY_KIND_NAMES, entry)} of ${nameOf(SOURCE_KIND_NAMES, source)} ${id}`,
        points,
      ]),
    );
  } finally {
    await client.end();
  }
}

/** Takes out of `booked` what the journal explains. */
function compareEntries(
  known: readonly Known[],
  booked: Map<string, number>,
  wrong: string[],
): Pick<JournalCheck, "lost" | "doubled" | "tookEffect"> {
  const counts = { lost: 0, doubled: 0, tookEffect: 0 };
  for (const { operation, answer } of known) {
    const movements = movementsOf(operation);
    let found = 0;
    for (const { source, entry, points } of movements) {
      const key = `${entry} of ${source} ${operation.id}`;
      const moved = booked.get(key);
      if (moved === undefined) continue;
      booked.delete(key);
      found += 1;
      if (moved === points) continue;
      counts.doubled += 1;
      wrong.push(`${key} has moved ${moved} points instead of ${points}`);
    }
    if (answer !== undefined && found < movements.length) {
      counts.lost += 1;
      wrong.push(`${operation.kind} ${operation.id} was acknowledged and is lost`);
    }
    if (answer !== undefined || found === 0) continue;
    counts.tookEffect += 1;
    if (found < movements.length) wrong.push(`${operation.kind} ${operation.id} took effect by half`);
  }
  return counts;
}

/** Copies in a cache say what Postgres does, but for the time at which it was asked. */
async function compareBalances(members: Iterable<string>, caller: HttpCaller, wrong: string[]): Promise<void> {
  for (const member of members) {
    const path = `/v1/members/${member}/balance`;
    const { asOf: _readAt, ...cached } = (await caller.get(path)).body;
    const { asOf: _askedAt, ...strong } = (await caller.get(`${path}?consistency=strong`)).body;
    if (!isDeepStrictEqual(cached, strong)) wrong.push(`${path} is ${JSON.stringify(strong)} and read as ${JSON.stringify(cached)}`);
  }
}

/** The same request is answered the same. */
async function askAgain(known: readonly Known[], caller: HttpCaller, wrong: string[]): Promise<void> {
  const acknowledged = known.filter(({ answer }) => answer !== undefined).values();
  const worker = async () => {
    for (const { operation, answer } of acknowledged) {
      const again = await caller.post(operation.path, operation.body);
      if (again.status === 200 && again.replayed && isDeepStrictEqual(again.body, answer)) continue;
      const [is, was] = [JSON.stringify(again.body), JSON.stringify(answer)];
      wrong.push(`${operation.kind} ${operation.id} is answered again with ${again.status}: ${is} instead of ${was}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
