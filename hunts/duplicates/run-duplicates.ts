import type { JournalCheck } from "../load/check-journal.ts";
import { type UnderLoad, underLoad } from "../load/under-load.ts";
import { sendDuplicates } from "./send-duplicates.ts";

export type DuplicateOptions = Pick<UnderLoad, "urls" | "databaseUrl" | "seed" | "rootKey"> & { keys: number; copies: number };

/** Sends every operation many times at once over services on one database, and holds the journal against the ledger. */
export async function runDuplicates({ keys, copies, ...services }: DuplicateOptions): Promise<JournalCheck> {
  return underLoad({ ...services, workers: 0, connections: copies }, (world) => sendDuplicates(world, { keys, copies }));
}
