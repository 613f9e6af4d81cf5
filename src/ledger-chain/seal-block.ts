import type pg from "pg";
import { enterHotPath, inProgram } from "../db/transaction.ts";
import { blockHash } from "./block-hash.ts";
import { hashSpans } from "./hash-spans.ts";
import { insertBlock, lockChain, moveChain, nextStretch, unsealedSpans } from "./store.ts";

/** Positions of the feed that one block looks at: bounds its members. */
const POSITIONS_MAX = 2_000;

/** `entries` were sealed, `lagSeconds` after the oldest event of the stretch had got its place; `hasMore`: the stretch was not the last one. */
export type Sealed = { entries: number; lagSeconds: number; hasMore: boolean };

const NOTHING: Sealed = { entries: 0, lagSeconds: 0, hasMore: false };

/**
 * Seals what a stretch of the feed says has been committed, in one transaction; no block where it holds no new entry. Entries that commit
 * later have events behind the stretch, and come into a later block.
 */
export function sealBlock(pool: pg.Pool, programId: number): Promise<Sealed> {
  return inProgram(pool, programId, async (tx) => {
    await tx.query(enterHotPath(tx, programId));
    const chain = await lockChain(tx, programId);
    if (chain === undefined) return NOTHING;
    const stretch = await nextStretch(tx, programId, chain.position, POSITIONS_MAX);
    if (stretch === null) return NOTHING;

    const spans = [];
    for await (const span of hashSpans(
      tx,
      programId,
      await unsealedSpans(tx, programId, { after: chain.position, through: stretch.through }),
    )) {
      spans.push(span);
    }
    const entries = spans.reduce((sum, span) => sum + span.entries, 0);
    let head = chain;
    if (entries > 0) {
      const next = { block: chain.block + 1, previous: chain.hash, entries, sealedAt: chain.now };
      const hash = blockHash(next, spans);
      await insertBlock(tx, programId, { ...next, hash }, spans);
      head = { ...chain, block: next.block, hash, entries: chain.entries + entries };
    }
    await moveChain(tx, programId, head, stretch.through);
    return { entries, lagSeconds: stretch.lagSeconds, hasMore: stretch.through - chain.position >= POSITIONS_MAX };
  });
}
