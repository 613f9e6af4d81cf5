import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import type { Operation } from "./operations.ts";

type Body = Record<string, unknown>;

/** A request is about to be sent; it was answered; or its connection broke, and nobody knows what became of it. */
export type JournalLine =
  | { sent: Operation }
  | { answered: string; kind: Operation["kind"]; status: number; replayed: boolean; body: Body }
  | { broke: string; kind: Operation["kind"]; reason: string };

/** A file that is only ever appended to: what the caller of a service knows, whatever happens to the service. */
export class Journal {
  readonly #file: string;
  readonly #descriptor: number;

  constructor(file: string) {
    this.#file = file;
    this.#descriptor = openSync(file, "a");
  }

  /** The line has left the process when this returns. */
  write(line: JournalLine): void {
    writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
  }

  read(): JournalLine[] {
    return readFileSync(this.#file, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as JournalLine);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** What the caller knows of an operation in the end: this answer, or nothing. */
export type Known = { operation: Operation; answer?: Body };

/** One for each operation, by its kind and id. */
export function knownOf(lines: readonly JournalLine[]): Map<string, Known> {
  const known = new Map<string, Known>();
  for (const line of lines) {
    if ("sent" in line) {
      const key = `${line.sent.kind} ${line.sent.id}`;
      if (!known.has(key)) known.set(key, { operation: line.sent });
    } else if ("answered" in line && line.status < 300) {
      const found = known.get(`${line.kind} ${line.answered}`);
      if (found === undefined) throw new Error(`the journal has an answer to what was never sent: ${line.answered}`);
      found.answer = line.body;
    }
  }
  return known;
}
