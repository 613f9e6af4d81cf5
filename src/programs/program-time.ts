import { AsyncLocalStorage } from "node:async_hooks";
import { LRUCache } from "lru-cache";
import type pg from "pg";
import type { Clock } from "../core/clock.ts";
import { inProgram, NO_PROGRAM } from "../db/transaction.ts";

/**
 * Which time it is in a program: that of the clock, but in a program for trying out the one that was set by hand. What works for a
 * program runs `within` it, and then asks `clock` as if there were one time only.
 */
export interface ProgramTime {
  clock: Clock;
  within<T>(programId: number, work: () => T | Promise<T>): Promise<T>;
  /** The same for what goes on in a callback, at once where the program's time is known. */
  enter(programId: number, done: (error?: Error) => void): void;
  /** Time was set here; other processes know it within a second. */
  changed(programId: number): void;
}

const TIME_TTL_MS = 1_000;
const PROGRAMS_MAX = 10_000;

type Known = { testNow: Date | null };

/** Whether a program is a test is settled by its first version: of one that is none it is asked once. */
export function createProgramTime(pool: pg.Pool, system: Clock): ProgramTime {
  const timeWithin = new AsyncLocalStorage<Date | null>();
  const known = new LRUCache<number, Known>({
    max: PROGRAMS_MAX,
    // A load that was overtaken by a change still answers who waits for it, and is not kept.
    ignoreFetchAbort: true,
    async fetchMethod(programId, _stale, { options }) {
      const { is_test, test_now, is_published } = await readTime(pool, programId);
      if (is_test || !is_published) options.ttl = TIME_TTL_MS;
      return { testNow: test_now };
    },
  });

  const NO_TIME: Known = { testNow: null };
  const knownOf = (programId: number): Known | undefined => (programId === NO_PROGRAM ? NO_TIME : known.get(programId));

  /** Batches begin in the request of any program: its time must not be theirs. */
  const runAt = <T>({ testNow }: Known, work: () => T): T =>
    testNow === null && (timeWithin.getStore() ?? null) === null ? work() : timeWithin.run(testNow, work);

  return {
    clock: () => timeWithin.getStore() ?? system(),
    within: async (programId, work) => runAt(knownOf(programId) ?? (await known.forceFetch(programId)), work),
    enter(programId, done) {
      const time = knownOf(programId);
      if (time !== undefined) return runAt(time, done);
      known.forceFetch(programId).then((fetched) => runAt(fetched, done), done);
    },
    changed: (programId) => {
      known.delete(programId);
    },
  };
}

type TimeRow = { is_test: boolean; test_now: Date | null; is_published: boolean };

async function readTime(pool: pg.Pool, programId: number): Promise<TimeRow> {
  const { rows } = await inProgram(pool, programId, (tx) =>
    tx.query<TimeRow>(
      `select is_test, test_now, exists (select from rule_sets where program_id = $1) as is_published
         from programs where program_id = $1`,
      [programId],
    ),
  );
  return rows[0] ?? { is_test: false, test_now: null, is_published: false };
}
