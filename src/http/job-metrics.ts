import type { Clock } from "../core/clock.ts";
import type { JobMetrics } from "../jobs/runner.ts";
import type { Metrics } from "./metrics.ts";

/** How runs of jobs are counted. */
export function jobMetrics(metrics: Metrics, clock: Clock): JobMetrics {
  return {
    ran(job, seconds, { done, lagSeconds }) {
      metrics.jobRuns.inc({ job, outcome: "done" });
      metrics.jobDone.inc({ job }, done);
      metrics.jobSeconds.set({ job }, seconds);
      metrics.jobLag.set({ job }, lagSeconds);
      metrics.jobLastSuccess.set({ job }, clock().getTime() / 1000);
    },
    failed(job) {
      metrics.jobRuns.inc({ job, outcome: "failed" });
    },
  };
}
