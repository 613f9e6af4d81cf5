import type { LoadJob } from "../load/load-job.ts";
import { runLoad } from "../load/run-load.ts";

/** The load, in a process of its own so that it does not share an event loop with what it measures. One job after the other. */
process.on("message", async (job: LoadJob) => {
  process.send?.(await runLoad(job));
});
process.on("disconnect", () => process.exit());
