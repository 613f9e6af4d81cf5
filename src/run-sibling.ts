import { servingProcess } from "./processes/serving-process.ts";
import { runProcess } from "./run-process.ts";
import { createService } from "./service.ts";

/** One of several serving processes; what they share the first one has opened. */
export async function runSibling(): Promise<void> {
  const own = servingProcess();
  await runProcess({
    async create(config, log) {
      const assignment = await own.assignment;
      const { rootKey, database: opened, port: PORT, runsJobs } = assignment;
      const assigned = { ...config, PORT, JOBS_INTERVAL_SECONDS: runsJobs ? config.JOBS_INTERVAL_SECONDS : 0 };
      const siblings = own.siblings(assignment, config.WEB_CONCURRENCY);
      return createService(assigned, { clock: () => new Date(), log, rootKey, siblings, opened });
    },
    started: own.serves,
    failed: own.failed,
    onStop: own.onStop,
  });
}
