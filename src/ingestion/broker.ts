import type { RejectedLine } from "../imports/schemas.ts";

/** The broker cannot be used. The message is one line for the operator. */
export class BrokerError extends Error {
  override readonly name = "BrokerError";
}

/** A line that a broker keeps until it is `done`. */
export type IncomingLine = {
  /** Its place in the stream. */
  sequence: number;
  /** The id of the program that it is for. */
  program: string;
  bytes: Uint8Array;
  /** It has taken effect, or never will: it does not come again. */
  done(): void;
  /** It comes again, after those before it that do. */
  again(): void;
};

/** A stream of lines that gives each out until it is done, in order, to one reader at a time. */
export interface Broker {
  /** Where a reader who is gone has left lines undone, waits until the broker gives those out again, which it does before new ones. */
  comeBack(signal: AbortSignal): Promise<void>;
  /**
   * Lines that are there or come within a while: a batch, which is read to its end, and all of it is done or comes again then. Who would
   * stop in the middle leaves lines out of sight that have been given out.
   * Errors: the connection was lost, and some of the lines with it. None of the batch comes again at once: see `comeBack`.
   */
  batch(): AsyncIterable<IncomingLine>;
  /** Keeps a line that was refused, with the reason, where nobody reads it again by itself; once, however often it is told. */
  refuse(line: IncomingLine, why: RejectedLine): Promise<void>;
  /** Lines that are not done. */
  waiting(): Promise<number>;
  /** Errors: those of its connection. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
