import { z } from "zod";
import { QueryFlag } from "../http/types.ts";
import type { Difference, Verification } from "./difference.ts";

const count = (description: string, example: number) => z.int().nonnegative().meta({ description, example });

const DifferenceSchema = z
  .strictObject({
    check: z.string().meta({ description: "Which statement does not hold", example: "account_balance" }),
    member: z.string().optional().meta({ description: "The caller's id of the member", example: "17850" }),
    wallet: z.string().optional().meta({ description: "Id of the wallet", example: "points" }),
    subject: z.string().optional().meta({ description: "What of it: a column, a lot, an entry, an order, a day", example: "available" }),
    expected: z.string().meta({ description: "What follows from the rows that prove it", example: "120" }),
    actual: z.string().meta({ description: "What is stored", example: "121" }),
  })
  .meta({
    id: "VerificationDifference",
    description: "One thing that is stored in two ways, and not the same",
  }) satisfies z.ZodType<Difference>;

const ChainSchema = z
  .strictObject({
    blocks: count("Blocks of the chain", 412),
    entries: count("Entries that they cover", 8841),
    unsealed: count("Entries that wait for the next block", 13),
  })
  .meta({ id: "VerifiedChain", description: "How far the hash chain goes", example: { blocks: 412, entries: 8841, unsealed: 13 } });

export const VerificationQuery = z.strictObject({
  chain: QueryFlag.meta({ description: "Compute the hash chain over the entries too", example: "true" }),
  head: z
    .string()
    .regex(/^\d{1,15}:[0-9a-f]{64}$/, "the number of a block, a colon and its hash in 64 hexadecimal digits")
    .transform((text) => ({ block: Number(text.split(":")[0]), hash: text.slice(-64) }))
    .optional()
    .meta({
      description: "`block:hash` of a head that was read before: the chain, which is computed, must still have it",
      example: `412:${"3f0d1b6a".repeat(8)}`,
    }),
});

export const VerificationSchema = z
  .strictObject({
    program: z.string().meta({ description: "Id of the program", example: "retail-gbp" }),
    members: count("Members that were looked at", 2718),
    entries: count("Ledger entries that were looked at", 8854),
    lots: count("Lots that were looked at", 7409),
    orders: count("Orders that were looked at", 7409),
    events: count("Events of members that were looked at", 310),
    chain: ChainSchema.optional().meta({ description: "Where it was asked for" }),
    differenceCount: count("How many differences there are", 0),
    differences: z.array(DifferenceSchema).max(100).meta({ description: "The first 100 of them" }),
    milliseconds: count("How long it took", 1800),
  })
  .meta({
    id: "Verification",
    description: "What a recomputation of a program's ledger found",
    example: {
      program: "retail-gbp",
      members: 2718,
      entries: 8854,
      lots: 7409,
      orders: 7409,
      events: 310,
      differenceCount: 0,
      differences: [],
      milliseconds: 1800,
    },
  }) satisfies z.ZodType<Verification & { program: string; differences: Difference[] }>;
