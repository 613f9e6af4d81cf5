import { z } from "zod";
import { UtcInstant } from "../http/types.ts";
import type { ChainHead } from "./store.ts";

const HASH = "3f0d1b6a52c9f1c4be2d5a7790c44e3bb5a7d4f9a0f6c2e81c3d9b7a6e5f4d3c";

export const BlockNumber = z.int().nonnegative().meta({ description: "Number of the block; 0 before the first one", example: 412 });
export const BlockHashText = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits")
  .meta({ description: "SHA-256 over the block and, by it, all before; zeros before the first one", example: HASH });

export const ChainHeadSchema = z
  .strictObject({
    program: z.string().meta({ description: "Id of the program", example: "retail-gbp" }),
    block: BlockNumber,
    hash: BlockHashText,
    entries: z.int().nonnegative().meta({ description: "Ledger entries that the chain covers", example: 88540 }),
    sealedAt: UtcInstant.nullable().meta({ description: "When the block was sealed; null before the first one" }),
  })
  .meta({
    id: "LedgerChainHead",
    description: "The last block of the hash chain over a program's ledger entries",
    example: { program: "retail-gbp", block: 412, hash: HASH, entries: 88540, sealedAt: "2026-03-01T12:00:00.000Z" },
  });

export const chainHeadView = (program: string, head: ChainHead & { sealedAt: Date | null }): z.input<typeof ChainHeadSchema> => ({
  program,
  block: head.block,
  hash: head.hash.toString("hex"),
  entries: head.entries,
  sealedAt: head.sealedAt?.toISOString() ?? null,
});
