import { closeSync, createReadStream, openSync, readSync, statSync } from "node:fs";
import { PassThrough, type Readable, Transform } from "node:stream";
import { createGunzip } from "node:zlib";
import { messageOf, usageError } from "../exit.ts";

/** A file of lines to send. `size` and `bytesRead` are of the file as it lies on the disk, packed or not. */
export type ImportFile = { lines: Readable; size: number; bytesRead: () => number };

const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * Opens a file of NDJSON, unpacking it when it begins as gzip does, whatever its name.
 * Errors: CliError when the file cannot be read; a broken gzip file is an error of the stream.
 */
export function openImportFile(name: string): ImportFile {
  const { size, isPacked } = inspect(name);
  let bytesRead = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytesRead += chunk.length;
      done(null, chunk);
    },
  });
  const lines = isPacked ? createGunzip() : new PassThrough();
  // Not pipeline(): an error in one part must reach the last one, which is the one that is read.
  createReadStream(name)
    .on("error", (error) => lines.destroy(error))
    .pipe(counter)
    .pipe(lines);
  return { lines, size, bytesRead: () => bytesRead };
}

function inspect(name: string): { size: number; isPacked: boolean } {
  try {
    const stat = statSync(name);
    if (!stat.isFile()) throw new Error("it is not a file");
    const file = openSync(name, "r");
    const start = Buffer.alloc(GZIP_MAGIC.length);
    const read = readSync(file, start);
    closeSync(file);
    return { size: stat.size, isPacked: read === start.length && GZIP_MAGIC.every((byte, index) => start[index] === byte) };
  } catch (error) {
    throw usageError(`cannot read ${name}: ${messageOf(error)}`);
  }
}
