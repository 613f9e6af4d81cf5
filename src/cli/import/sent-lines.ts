import { LineSplitter } from "./line-splitter.ts";

/** Lines that were sent and not answered yet, so that a rejected one can be written down. As many as the service works on at once. */
export class SentLines {
  readonly #splitter = new LineSplitter();
  readonly #lines = new Map<number, string>();
  #last = 0;

  add(chunk: Buffer): void {
    this.#keep(this.#splitter.push(chunk));
  }

  end(): void {
    this.#keep(this.#splitter.end());
  }

  #keep(lines: readonly string[]): void {
    for (const line of lines) {
      this.#last += 1;
      this.#lines.set(this.#last, line);
    }
  }

  /** The text of an answered line. Answers come in order, so all lines before it are answered too. */
  take(line: number): string {
    const text = this.#lines.get(line) ?? "";
    for (const number of this.#lines.keys()) {
      if (number > line) break;
      this.#lines.delete(number);
    }
    return text;
  }
}
