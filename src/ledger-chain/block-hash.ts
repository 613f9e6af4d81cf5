import { createHash, type Hash } from "node:crypto";

/** The hash before the first block. */
export const NO_HASH = Buffer.alloc(32);

/** The entries of one member that a block covers: those behind `afterSeq` (null: from the first one on), through `lastSeq`. */
export type Span = { memberKey: number; afterSeq: number | null; lastSeq: number };

export type SealedSpan = Pick<Span, "memberKey" | "lastSeq"> & { hash: Buffer };

/** `entries` is how many there are in all spans; `sealedAt` has whole milliseconds. */
export type BlockHead = { block: number; previous: Buffer; entries: number; sealedAt: Date };

/** SHA-256 over lines, each with its end. */
export const addLine = (hash: Hash, line: string): Hash => hash.update(`${line}\n`);

/** Hash of a block: over a line of its own and one for each member, in the order of their keys. Written down in ADR 0024. */
export function blockHash({ block, previous, entries, sealedAt }: BlockHead, spans: readonly SealedSpan[]): Buffer {
  const sum = addLine(createHash("sha256"), JSON.stringify([block, previous.toString("hex"), entries, sealedAt.toISOString()]));
  for (const { memberKey, lastSeq, hash } of spans) addLine(sum, JSON.stringify([memberKey, lastSeq, hash.toString("hex")]));
  return sum.digest();
}
