import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { Logger } from "pino";
import { type NumberedEvents, numberEvents, programsWithUnnumberedEvents } from "./number-events.ts";

/** Between two looks at programs whose commits this process knows of: many commits share one. */
const PACE_MS = 100;

export interface Sequencer {
  /** A commit of this process has written events of a program: they are numbered soon. */
  wake(programId: number): void;
  /** Every event that is committed now has its position then. Rejects with the first error. */
  numberAll(): Promise<void>;
  /** Finishes the look that is under way. */
  close(): Promise<void>;
}

export type SequencerDeps = {
  pool: pg.Pool;
  log: Logger;
  metrics: { numbered(look: NumberedEvents): void; failed(): void };
  /** Called when a program's feed has become longer. Must not throw or wait. */
  numbered(programId: number): void;
  /** Milliseconds between two looks for what other processes have committed; 0: this process numbers nothing by itself. */
  intervalMs: number;
};

/** Gives committed events their places in the feeds of their programs. Several processes may: one at a time numbers a program. */
export function createSequencer({ pool, log, metrics, numbered, intervalMs }: SequencerDeps): Sequencer {
  const stopping = new AbortController();
  const { signal } = stopping;
  const awake = new Set<number>();
  let running: Promise<void> | undefined;
  let polling: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  /** False where something may be left: another process is at it, or there is more than one look takes. */
  async function number(programId: number): Promise<boolean> {
    const look = await numberEvents(pool, programId);
    if (look === undefined) return false;
    metrics.numbered(look);
    if (look.events > 0) numbered(programId);
    return !look.hasMore;
  }

  /** What fails is looked at again by the next poll, and concerns no other program. */
  async function numberOrLog(programId: number): Promise<void> {
    try {
      if (!(await number(programId))) awake.add(programId);
    } catch (error) {
      metrics.failed();
      log.error({ err: error, programId }, "events could not be numbered; they are tried again");
    }
  }

  async function run(): Promise<void> {
    while (awake.size > 0 && !signal.aborted) {
      const programs = [...awake];
      awake.clear();
      for (const programId of programs) if (!signal.aborted) await numberOrLog(programId);
      await sleep(PACE_MS, undefined, { signal, ref: false }).catch(() => undefined); // a service that stops waits for nothing
    }
    running = undefined;
  }

  function wake(programId: number): void {
    if (intervalMs === 0 || signal.aborted) return;
    awake.add(programId);
    running ??= run();
  }

  async function poll(): Promise<void> {
    try {
      const programs = await programsWithUnnumberedEvents(pool);
      if (programs.length === 0) metrics.numbered({ events: 0, hasMore: false, lagSeconds: 0 });
      for (const programId of programs) wake(programId);
    } catch (error) {
      log.warn({ err: error }, "it could not be asked which programs have new events; it is asked again");
    }
  }

  function schedule(): void {
    if (intervalMs === 0 || signal.aborted) return;
    timer = setTimeout(() => {
      polling = poll().then(schedule);
    }, intervalMs);
    timer.unref();
  }
  schedule();

  return {
    wake,
    async numberAll() {
      for (const programId of await programsWithUnnumberedEvents(pool)) {
        while (!(await number(programId))) await sleep(PACE_MS);
      }
    },
    async close() {
      stopping.abort();
      clearTimeout(timer);
      await polling;
      await running;
    },
  };
}
