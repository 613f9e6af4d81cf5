import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import { messageOf, usageError } from "../exit.ts";

/** Where rejected lines are written, one JSON object a line: `{line, problem, input}`. */
export class ErrorsFile {
  readonly #stream: WriteStream;

  private constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  /** Errors: CliError when the file cannot be written. */
  static async open(name: string): Promise<ErrorsFile> {
    const stream = createWriteStream(name);
    try {
      await once(stream, "open");
    } catch (error) {
      throw usageError(`cannot write ${name}: ${messageOf(error)}`);
    }
    return new ErrorsFile(stream);
  }

  /** The line as it was sent goes in unchanged where it is JSON, so that it can be taken out, mended and imported again. */
  async add({ line, ...problem }: { line: number }, sent: string): Promise<void> {
    const input = isJson(sent) ? sent.trim() : JSON.stringify(sent);
    if (!this.#stream.write(`{"line":${line},"problem":${JSON.stringify(problem)},"input":${input}}\n`)) await once(this.#stream, "drain");
  }

  async close(): Promise<void> {
    this.#stream.end();
    await finished(this.#stream);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
