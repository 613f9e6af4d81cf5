import type pg from "pg";
import { enterHotPath, inProgram } from "../db/transaction.ts";
import { type BlockHead, blockHash, blockHashOfLines } from "./block-hash.ts";
import { hashSpans } from "./hash-spans.ts";
import {
  insertBlock,
  insertBlockMembers,
  insertHashedSpans,
  type Looked,
  lockChain,
  moveChain,
  nextStretch,
  unsealedSpans,
} from "./store.ts";

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

    const next = { block: chain.block + 1, previous: chain.hash, sealedAt: chain.now };
    const looked = { after: chain.position, through: stretch.through };
    const { entries, hash } = (await sealInDatabase(tx, programId, next, looked)) ?? (await sealByLines(tx, programId, next, looked));
    let head = chain;
    if (entries > 0) {
      await insertBlock(tx, programId, { ...next, entries, hash });
      head = { ...chain, block: next.block, hash, entries: chain.entries + entries };
    }
    await moveChain(tx, programId, head, stretch.through);
    return { entries, lagSeconds: stretch.lagSeconds, hasMore: stretch.through - chain.position >= POSITIONS_MAX };
  });
}

type Next = Omit<BlockHead, "entries">;
type SealedSpans = { entries: number; hash: Buffer };

/** By the database alone: all but the first blocks of a program that has a history. */
async function sealInDatabase(tx: pg.ClientBase, programId: number, next: Next, looked: Looked): Promise<SealedSpans | null> {
  const sealed = await insertHashedSpans(tx, programId, next.block, looked);
  if (sealed === null) return null;
  const { entries, lines } = sealed;
  return { entries, hash: blockHashOfLines({ ...next, entries }, lines) };
}

/** However many entries there are: they are read as they come. */
async function sealByLines(tx: pg.ClientBase, programId: number, next: Next, looked: Looked): Promise<SealedSpans> {
  const spans = [];
  for await (const span of hashSpans(tx, programId, await unsealedSpans(tx, programId, looked))) spans.push(span);
  await insertBlockMembers(tx, programId, next.block, spans);
  const entries = spans.reduce((sum, span) => sum + span.entries, 0);
  return { entries, hash: blockHash({ ...next, entries }, spans) };
}
