import { readFile } from "node:fs/promises";
import type { z } from "zod";
import { ChainHeadSchema } from "../ledger-chain/schemas.ts";
import { messageOf, usageError } from "./exit.ts";

/** Reads what `loyalty chain head` has printed. Errors: CliError that says what is wrong with the file. */
export async function readChainHeadFile(file: string): Promise<z.output<typeof ChainHeadSchema>> {
  try {
    return ChainHeadSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    throw usageError(`--head takes a file that "loyalty chain head" printed; ${file}: ${messageOf(error)}`);
  }
}
