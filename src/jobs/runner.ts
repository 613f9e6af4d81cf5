import type pg from "pg";
import type { Logger } from "pino";
import type { ProgramContext } from "../engine/commands.ts";
import type { ProgramTime } from "../programs/program-time.ts";
import type { Job, JobRun } from "./job.ts";
import { whileAlone } from "./lock.ts";
import { programsInForce } from "./programs.ts";

/** How one job ended for one program. `skipped`: another process was running it. */
export type JobReport = { job: string; program?: string } & ({ run: JobRun } | { error: unknown } | { skipped: true });

export interface JobRunner {
  /** Runs every job once, now, for every program; while a round is on its way the next one waits for it. Never rejects. */
  runAll(): Promise<JobReport[]>;
  /** The same for one program: its time was set. */
  runFor(program: ProgramContext): Promise<JobReport[]>;
  /** Begins no further batch and waits for the one that is under way. */
  close(): Promise<void>;
}

export type JobMetrics = {
  /** A job has gone through all programs, `lagSeconds` being the longest of theirs. */
  ran(job: string, seconds: number, run: JobRun): void;
  failed(job: string): void;
};

export type JobRunnerDeps = {
  /** For the locks and the list of programs; a lock keeps a connection while its job runs. */
  pool: pg.Pool;
  jobs: readonly Job[];
  time: Pick<ProgramTime, "within" | "clock">;
  log: Logger;
  metrics: JobMetrics;
  /** Seconds from the end of a round to the next one; 0 is never. */
  intervalSeconds: number;
};

/** Runs the service's jobs on a timer. Several processes may: each job runs in one of them at a time. */
export function createJobRunner({ pool, jobs, time, log, metrics, intervalSeconds }: JobRunnerDeps): JobRunner {
  const stopping = new AbortController();
  const { signal } = stopping;
  let rounds: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  /** One job, one program after the other: what fails for one concerns no other. */
  async function runForAll(job: Job, programs: readonly ProgramContext[]): Promise<JobReport[]> {
    const reports: JobReport[] = [];
    for (const program of programs) {
      if (signal.aborted) break;
      const at = { job: job.name, program: program.id };
      try {
        const run = await time.within(program.programId, () => job.run({ program, programs: programs.length, now: time.clock(), signal }));
        reports.push({ ...at, run });
      } catch (error) {
        log.error({ err: error, ...at }, "a job failed; its next run tries again");
        reports.push({ ...at, error });
      }
    }
    return reports;
  }

  async function runJob(job: Job, only?: ProgramContext): Promise<JobReport[]> {
    const startedAt = performance.now();
    try {
      const reports = await whileAlone(pool, job.name, async () =>
        runForAll(job, only === undefined ? await programsInForce(pool, time.clock()) : [only]),
      );
      if (reports === undefined) return [{ job: job.name, skipped: true }];
      const runs = reports.flatMap((report) => ("run" in report ? [report.run] : []));
      if (runs.length < reports.length) metrics.failed(job.name);
      else metrics.ran(job.name, (performance.now() - startedAt) / 1000, sum(runs));
      return reports;
    } catch (error) {
      log.error({ err: error, job: job.name }, "a job could not begin; its next run tries again");
      metrics.failed(job.name);
      return [{ job: job.name, error }];
    }
  }

  async function round(only?: ProgramContext): Promise<JobReport[]> {
    const reports: JobReport[] = [];
    for (const job of jobs) if (!signal.aborted) reports.push(...(await runJob(job, only)));
    return reports;
  }

  /** After those before it: each takes connections, and two at once could wait for each other's. */
  function inTurn(only?: ProgramContext): Promise<JobReport[]> {
    const mine = rounds.then(() => round(only));
    rounds = mine;
    return mine;
  }

  function schedule(): void {
    if (intervalSeconds === 0 || signal.aborted) return;
    timer = setTimeout(() => void inTurn().then(schedule), intervalSeconds * 1000);
    timer.unref(); // a process that has nothing else to do may end
  }
  schedule();

  return {
    runAll: () => inTurn(),
    runFor: inTurn,
    async close() {
      stopping.abort();
      clearTimeout(timer);
      await rounds;
    },
  };
}

const sum = (runs: readonly JobRun[]): JobRun => ({
  done: runs.reduce((total, { done }) => total + done, 0),
  lagSeconds: Math.max(0, ...runs.map(({ lagSeconds }) => lagSeconds)),
});
