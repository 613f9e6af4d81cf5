import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { streamApi } from "../api.ts";
import type { Connection } from "../connection.ts";
import { CliError, messageOf } from "../exit.ts";
import { pathOf } from "./batch.ts";

/**
 * Writes all codes of a batch as they come. Into a file under another name first: half a file would look like a whole one.
 * Errors: Refusal; CliError where the connection breaks or the file cannot be written.
 */
export async function exportCodes(connection: Connection, id: string, file: string | undefined): Promise<void> {
  const codes = Readable.fromWeb(await streamApi(connection, `${pathOf(id)}/codes`));
  if (file === undefined) {
    await pipeline(codes, process.stdout, { end: false }).catch(brokenOff);
    return;
  }
  const unfinished = `${file}.part`;
  try {
    await pipeline(codes, createWriteStream(unfinished));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    brokenOff(error);
  }
}

function brokenOff(error: unknown): never {
  throw new CliError(`the export broke off: ${messageOf(error)}`, 1, error);
}
