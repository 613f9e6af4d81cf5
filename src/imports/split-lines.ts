/** A line of a stream with its number from 1; `fault` says why its text cannot be read. */
export type NumberedLine = { number: number } & ({ text: string } | { fault: LineFault });
export type LineFault = "too_long" | "not_utf8" | "broken_off";

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The bytes of a line that has not ended yet; of one that is too long, only that it is. */
class UnfinishedLine {
  readonly #bytesMax: number;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #parts: Uint8Array[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  add(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#bytes > this.#bytesMax) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  /** The text without its carriage return, or why there is none; the next line starts empty. */
  end(): { text: string } | { fault: LineFault } {
    const [bytes, parts] = [this.#bytes, this.#parts];
    this.#bytes = 0;
    this.#parts = [];
    if (bytes > this.#bytesMax) return { fault: "too_long" };
    const [only] = parts;
    const line = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
    const end = line.at(-1) === CARRIAGE_RETURN ? -1 : undefined;
    try {
      return { text: this.#decoder.decode(line.subarray(0, end)) };
    } catch {
      // The decoder throws a TypeError for bytes that are no UTF-8, and for nothing else.
      return { fault: "not_utf8" };
    }
  }
}

/**
 * Cuts a stream of bytes into lines, which end with LF or CR LF; the last one may end without. Chunks may be cut
 * anywhere, also within a character. Never holds more than one line of `bytesMax` and one chunk. A stream that fails
 * ends with a line that says so.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<NumberedLine> {
  const line = new UnfinishedLine(bytesMax);
  let number = 0;
  try {
    for await (const chunk of chunks) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        line.add(chunk.subarray(start, end));
        start = end + 1;
        number += 1;
        yield { number, ...line.end() };
      }
      line.add(chunk.subarray(start));
    }
  } catch {
    // The sender went away, or what was packed cannot be unpacked. What was not a whole line is not taken for one.
    yield { number: number + 1, fault: "broken_off" };
    return;
  }
  if (!line.isEmpty) yield { number: number + 1, ...line.end() };
}
