import type { JournalCheck } from "../load/check-journal.ts";
import { type UnderLoad, underLoad } from "../load/under-load.ts";
import { sendDuplicates } from "./send-duplicates.ts";

export type DuplicateOptions = Pick<UnderLoad, "urls" | "databaseUrl" | "seed" | "rootKey"> & { keys: number; copies: number };

/** Sends every operation many times at once over services on one database, and holds the journal against the ledger. */
export async function runDuplicates({ keys, copies, ...services }: DuplicateOptions): Promise<JournalCheck> {
  const wrong: string[] = [];
  const check = await underLoad({ ...services, workers: 0, connections: copies }, async (world) => {
    wrong.push(...(await sendDuplicates(world, { keys, copies })));
  });
  return { ...check, wrong: [...wrong, ...check.wrong] };
}
