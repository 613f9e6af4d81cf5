import { setTimeout as sleep } from "node:timers/promises";
import { LoyaltyError } from "../core/errors.ts";
import type { BatchItem } from "./batcher.ts";
import { isConnectionLost, isRetryable, refusalOf } from "./database-errors.ts";
import type { JobAnswer } from "./decide-batch.ts";
import type { Job } from "./plan.ts";
import { type TransactDeps, type Transacted, transact } from "./transact.ts";

export type JobItem = BatchItem<Job, JobAnswer>;

export type RunDeps = TransactDeps & {
  /** Called after the commit and before its answers. */
  committed(programId: number, transacted: Transacted): void;
  measured(commands: number, seconds: number): void;
};

const RETRIES_MAX = 5;
const RECONNECTS_MAX = 3;
const PAUSE_MS = 20;

const pauseBefore = (attempt: number): Promise<void> => sleep(PAUSE_MS * 2 ** attempt * (0.5 + Math.random()));

/**
 * Runs a batch and settles each of its items. A refusal concerns its own command; a database error splits the batch
 * until the guilty command stands alone; what a rival caused, or a lost connection, is tried again a bounded number of times.
 */
export async function runBatch(deps: RunDeps, programId: number, items: readonly JobItem[], attempt = 0): Promise<void> {
  const startedAt = performance.now();
  try {
    const transacted = await transact(
      deps,
      programId,
      items.map(({ job }) => job),
      false,
    );
    deps.committed(programId, transacted);
    deps.measured(items.length, (performance.now() - startedAt) / 1000);
    for (const [index, { resolve, reject }] of items.entries()) {
      const outcome = transacted.outcomes[index];
      if (outcome === undefined || "error" in outcome) reject(outcome?.error ?? new Error("a command without an outcome"));
      else resolve(outcome);
    }
  } catch (error) {
    await recover(deps, programId, items, { attempt, error });
  }
}

async function recover(
  deps: RunDeps,
  programId: number,
  items: readonly JobItem[],
  { attempt, error }: { attempt: number; error: unknown },
): Promise<void> {
  const refuseAll = (reason: unknown) => {
    for (const { reject } of items) reject(reason);
  };
  if (error instanceof LoyaltyError) return refuseAll(error);
  if (isConnectionLost(error)) {
    if (attempt >= RECONNECTS_MAX) return refuseAll(new LoyaltyError("database_unavailable", {}, [], error));
    await pauseBefore(attempt);
    return runBatch(deps, programId, items, attempt + 1);
  }
  if (items.length > 1) {
    // In order: commands of one member stay in theirs.
    const half = items.length >> 1;
    await runBatch(deps, programId, items.slice(0, half));
    return runBatch(deps, programId, items.slice(half));
  }
  if (!isRetryable(error) || attempt >= RETRIES_MAX) return refuseAll(refusalOf(error) ?? error);
  await pauseBefore(attempt);
  return runBatch(deps, programId, items, attempt + 1);
}
