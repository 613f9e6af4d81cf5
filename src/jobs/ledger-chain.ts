import type pg from "pg";
import { sealBlock } from "../ledger-chain/seal-block.ts";
import type { Job } from "./job.ts";
import { restAfter } from "./rest.ts";

export type LedgerChainDeps = {
  pool: pg.Pool;
  /** How often this process has committed so far. */
  commits(): number;
};

/** Other jobs of the round wait for this one: with its rests it takes no longer for all programs, but for a block of each. */
const BESIDE_WRITES_MS = 60_000;

/**
 * Seals committed entries into blocks, up to the end of the feed. A minute's entries of a busy shop take seconds: while this process
 * commits, it rests after each block, and leaves the rest to its next run after its part of a minute.
 */
export function ledgerChainJob({ pool, commits }: LedgerChainDeps): Job {
  return {
    name: "ledger-chain",
    async run({ program: { programId }, programs, signal }) {
      let done = 0;
      let longest = 0;
      let hasMore = true;
      const limit = performance.now() + BESIDE_WRITES_MS / programs;
      while (hasMore && !signal.aborted) {
        const [startedAt, before] = [performance.now(), commits()];
        const sealed = await sealBlock(pool, programId);
        done += sealed.entries;
        longest = Math.max(longest, sealed.lagSeconds);
        hasMore = sealed.hasMore;
        if (!hasMore || commits() === before) continue;
        if (performance.now() > limit) break;
        await restAfter(performance.now() - startedAt, signal);
      }
      return { done, lagSeconds: longest };
    },
  };
}
