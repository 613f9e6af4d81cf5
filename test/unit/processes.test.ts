import { expect, test } from "vitest";
import { createMetrics } from "../../src/http/metrics.ts";
import { mergeMetrics } from "../../src/processes/merge-metrics.ts";
import { afterLife } from "../../src/processes/restart-delay.ts";

test("who ends soon again and again waits longer each time, up to half a minute; who has served for long does not", () => {
  const delays: number[] = [];
  let restarts = { shortLives: 0 };
  for (let n = 0; n < 9; n += 1) {
    const life = afterLife(restarts, 29_999);
    delays.push(life.delayMs);
    restarts = life;
  }

  expect(delays).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(afterLife(restarts, 30_000)).toEqual({ shortLives: 1, delayMs: 250 });
});

test("the metrics of several processes stand in one text: each series once for each process, and nothing is added up", async () => {
  const processes = ["1", "2"].map((process) => createMetrics({ process }));
  processes.forEach((metrics, index) => {
    metrics.queueDepth.set(5 + index);
    metrics.jobRuns.inc({ job: "due-points", outcome: "done" }, 3 + index);
    metrics.batchSize.observe(64);
  });

  const text = await mergeMetrics(await Promise.all(processes.map(({ registry }) => registry.getMetricsAsJSON())));

  const lines = text.split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      'loyalty_queue_commands{process="1"} 5',
      'loyalty_queue_commands{process="2"} 6',
      'loyalty_job_runs_total{job="due-points",outcome="done",process="1"} 3',
      'loyalty_job_runs_total{job="due-points",outcome="done",process="2"} 4',
      'loyalty_batch_commands_bucket{le="64",process="1"} 1',
      'loyalty_batch_commands_bucket{le="64",process="2"} 1',
    ]),
  );
  for (const name of await ownNames()) expect(lines.filter((line) => line.startsWith(`# TYPE ${name} `))).toHaveLength(1);
  expect(text).toMatch(/^process_start_time_seconds\{process="2"\} \d+$/m);
});

async function ownNames(): Promise<string[]> {
  return (await createMetrics().registry.getMetricsAsJSON()).map(({ name }) => name);
}
