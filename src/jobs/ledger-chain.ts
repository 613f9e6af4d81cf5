import type pg from "pg";
import { sealBlock } from "../ledger-chain/seal-block.ts";
import type { Job } from "./job.ts";

/** Seals committed entries into blocks, up to the end of the feed. */
export function ledgerChainJob({ pool }: { pool: pg.Pool }): Job {
  return {
    name: "ledger-chain",
    async run({ program: { programId }, signal }) {
      let done = 0;
      let longest = 0;
      let hasMore = true;
      while (hasMore && !signal.aborted) {
        const sealed = await sealBlock(pool, programId);
        done += sealed.entries;
        longest = Math.max(longest, sealed.lagSeconds);
        hasMore = sealed.hasMore;
      }
      return { done, lagSeconds: longest };
    },
  };
}
