import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type pg from "pg";
import type { Clock } from "../core/clock.ts";
import { refuseField } from "../core/errors.ts";
import { addPeriod } from "../core/period.ts";
import { operation } from "../http/operation.ts";
import type { JobReport, JobRunner } from "../jobs/runner.ts";
import type { ProgramTime } from "../programs/program-time.ts";
import type { ProgramRegistry } from "../programs/registry.ts";
import { MovedTestClockSchema, SetTestClockBody, TestClockSchema } from "./schemas.ts";
import { readTestClock, setTestClock } from "./store.ts";

export type TestClockRoutesOptions = {
  pool: pg.Pool;
  clock: Clock;
  time: ProgramTime;
  registry: Pick<ProgramRegistry, "changed">;
  jobs: Pick<JobRunner, "runFor">;
};

/** Beyond it, dates that follow from the time would have years of five digits some day. */
const YEARS_AHEAD_MAX = 100;

/** The time of programs for trying out. */
export const testClockRoutes: FastifyPluginAsyncZodOpenApi<TestClockRoutesOptions> = async (app, { pool, clock, time, registry, jobs }) => {
  app.get(
    "/v1/test-clock",
    {
      config: { scope: "program:read" },
      schema: operation({
        operationId: "getTestClock",
        tag: "program",
        summary: "The time of a test program",
        description: "Only of a program whose file says `test: true`.",
        response: { 200: TestClockSchema },
        problems: ["test_clock_unavailable"],
      }),
    },
    async ({ program }) => {
      const set = await readTestClock(pool, program.programId);
      return { now: (set ?? clock()).toISOString(), isSet: set !== null };
    },
  );

  app.put(
    "/v1/test-clock",
    {
      config: { scope: "program:write" },
      schema: operation({
        operationId: "setTestClock",
        tag: "program",
        summary: "Move the time of a test program",
        description: `Sets the time of a program whose file says \`test: true\`: it stands still there until it is set again, forwards only and at most
100 years ahead. Rules, dates of points, tiers, schedules and scheduled versions go by it; other processes know it within a second. What has
become due by then is done before this answers. The same request sent again changes nothing.`,
        body: SetTestClockBody,
        response: { 200: MovedTestClockSchema },
        problems: ["test_clock_unavailable"],
      }),
    },
    async ({ program, body }) => {
      const now = new Date(body.now);
      const last = addPeriod(new Date(), { unit: "years", count: YEARS_AHEAD_MAX }, "UTC");
      if (now > last) throw refuseField("request_invalid", "/now", `lies more than ${YEARS_AHEAD_MAX} years ahead`);
      await setTestClock(pool, program.programId, { now, clock: clock() });
      time.changed(program.programId);
      registry.changed(program.programId);
      return { now: now.toISOString(), isSet: true, jobs: (await jobs.runFor(program)).map(jobView) };
    },
  );
};

function jobView(report: JobReport) {
  const { job } = report;
  if ("run" in report) return { job, outcome: "done" as const, done: report.run.done };
  return { job, outcome: "error" in report ? ("failed" as const) : ("left" as const), done: 0 };
}
