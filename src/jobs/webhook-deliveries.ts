import type pg from "pg";
import type { Clock } from "../core/clock.ts";
import { inProgram } from "../db/transaction.ts";
import { longestWait, removeDelivered } from "../webhooks/delivery-store.ts";
import type { Job } from "./job.ts";

const PAGE_SIZE = 1_000;
const DAY_MS = 86_400_000;

/**
 * Removes what is kept of deliveries that have arrived since, some days later. Its lag is how long the oldest event has waited for a
 * webhook that is enabled: deliveries go on by themselves, whether this job has run or not.
 */
export function webhookDeliveriesJob({ pool, clock, keptDays }: { pool: pg.Pool; clock: Clock; keptDays: number }): Job {
  return {
    name: "webhook-deliveries",
    async run({ program: { programId }, signal }) {
      const lagSeconds = await inProgram(pool, programId, (tx) => longestWait(tx, programId));
      const until = new Date(clock().getTime() - keptDays * DAY_MS);
      let done = 0;
      while (!signal.aborted) {
        const removed = await inProgram(pool, programId, (tx) => removeDelivered(tx, programId, { until, limit: PAGE_SIZE }));
        done += removed;
        if (removed < PAGE_SIZE) break;
      }
      return { done, lagSeconds };
    },
  };
}
