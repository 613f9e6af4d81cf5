import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createPool } from "../../src/db/pool.ts";
import type { Job } from "../../src/jobs/job.ts";
import { createJobRunner, type JobRunner } from "../../src/jobs/runner.ts";
import { programInput } from "../support/rules.ts";
import { startTestService, type TestService } from "../support/service.ts";

describe("the job runner", () => {
  let loyalty: TestService;
  let pool: ReturnType<typeof createPool>;
  const runners: JobRunner[] = [];
  const outcomes: string[] = [];

  beforeAll(async () => {
    loyalty = await startTestService();
    for (const id of ["first", "second"]) await loyalty.createProgram(programInput({ id }));
    const log = pino({ level: "silent" });
    pool = createPool({ url: loyalty.database.url, name: "jobs", max: 4, statementTimeoutMs: 5000, lockTimeoutMs: 5000, log });
  });
  afterEach(async () => {
    for (const runner of runners.splice(0)) await runner.close();
    outcomes.length = 0;
  });
  afterAll(async () => {
    await pool.end();
    await loyalty.close();
  });

  /** A process that runs these jobs. */
  function runnerOf(jobs: Job[], intervalSeconds = 0): JobRunner {
    const time = { clock: loyalty.clock.now, within: async <T>(_programId: number, work: () => T | Promise<T>) => work() };
    const metrics = { ran: (job: string) => outcomes.push(`${job} ran`), failed: (job: string) => outcomes.push(`${job} failed`) };
    const runner = createJobRunner({ pool, jobs, time, log: pino({ level: "silent" }), metrics, intervalSeconds });
    runners.push(runner);
    return runner;
  }

  test("runs each job for each program, and one that fails stops no other", async () => {
    const job = (name: string): Job => ({
      name,
      async run({ program, programs, now }) {
        if (name === "fails" && program.id === "first") throw new Error("broken");
        return { done: programs, lagSeconds: now.getTime() / 1000 };
      },
    });

    const reports = await runnerOf([job("fails"), job("works")]).runAll();

    const lagSeconds = Date.parse("2026-03-01T00:00:00Z") / 1000;
    expect(reports).toEqual([
      { job: "fails", program: "first", error: new Error("broken") },
      { job: "fails", program: "second", run: { done: 2, lagSeconds } },
      { job: "works", program: "first", run: { done: 2, lagSeconds } },
      { job: "works", program: "second", run: { done: 2, lagSeconds } },
    ]);
    expect(outcomes).toEqual(["fails failed", "works ran"]);
  });

  test("a job runs in one process at a time", async () => {
    const running = Promise.withResolvers<void>();
    const slow: Job = { name: "slow", run: () => running.promise.then(() => ({ done: 1, lagSeconds: 0 })) };
    const first = runnerOf([slow]).runAll();
    await sleep(50);

    const second = await runnerOf([slow]).runAll();
    running.resolve();

    expect(second).toEqual([{ job: "slow", skipped: true }]);
    expect((await first).map((report) => "run" in report && report.run.done)).toEqual([1, 1]);
    expect(await runnerOf([slow]).runAll()).toHaveLength(2); // the lock was given back
  });

  test("closing lets a run end where it looks at the signal, and begins no other", async () => {
    let batches = 0;
    const endless: Job = {
      name: "endless",
      async run({ signal }) {
        while (!signal.aborted) {
          batches += 1;
          await sleep(5);
        }
        return { done: batches, lagSeconds: 0 };
      },
    };
    const runner = runnerOf([endless]);
    const round = runner.runAll();
    while (batches < 2) await sleep(1);
    await runner.close();

    expect((await round).map(({ program }) => program)).toEqual(["first"]);
    expect(await runner.runAll()).toEqual([]);
  });

  test("runs by itself on a timer", async () => {
    const ran = Promise.withResolvers<void>();
    const timed: Job = {
      name: "timed",
      async run() {
        ran.resolve();
        return { done: 0, lagSeconds: 0 };
      },
    };
    runnerOf([timed], 0.02);

    await ran.promise;
  });
});
