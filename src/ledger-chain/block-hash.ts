import { createHash, type Hash } from "node:crypto";

/** The hash before the first block. */
export const NO_HASH = Buffer.alloc(32);

/** What is before all entries of a member, whatever their numbers. */
export const BEFORE_ALL = Number.MIN_SAFE_INTEGER;

/** The entries of one member that a block covers: those behind `afterSeq`, through `lastSeq`. */
export type Span = { memberKey: number; afterSeq: number; lastSeq: number };

export type SealedSpan = Pick<Span, "memberKey" | "lastSeq"> & { hash: Buffer };

/** `entries` is how many there are in all spans; `sealedAt` has whole milliseconds. */
export type BlockHead = { block: number; previous: Buffer; entries: number; sealedAt: Date };

/** SHA-256 over lines, each with its end. */
export const addLine = (hash: Hash, line: string): Hash => hash.update(`${line}\n`);

/** The line of a block itself, before those of its members. */
const headLine = ({ block, previous, entries, sealedAt }: BlockHead): string =>
  JSON.stringify([block, previous.toString("hex"), entries, sealedAt.toISOString()]);

/** Hash of a block: over a line of its own and one for each member, in the order of their keys. Written down in ADR 0024. */
export function blockHash(head: BlockHead, spans: readonly SealedSpan[]): Buffer {
  const sum = addLine(createHash("sha256"), headLine(head));
  for (const { memberKey, lastSeq, hash } of spans) addLine(sum, JSON.stringify([memberKey, lastSeq, hash.toString("hex")]));
  return sum.digest();
}

/** The same from the lines of its members as they are, each with its end. */
export const blockHashOfLines = (head: BlockHead, lines: string): Buffer =>
  addLine(createHash("sha256"), headLine(head)).update(lines).digest();
