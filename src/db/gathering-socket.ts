import { Socket } from "node:net";

type Written = (error?: Error | null) => void;

/**
 * A socket that sends what is written in one turn of the event loop with one system call. Queries that are sent without
 * waiting for each other are one write instead of one each: a batch of some twenty statements cost as much in system
 * calls as in all else.
 */
export class GatheringSocket extends Socket {
  #isGathering = false;

  override write(chunk: Uint8Array | string, encodingOrWritten?: BufferEncoding | Written, written?: Written): boolean {
    if (!this.#isGathering) {
      this.#isGathering = true;
      this.cork();
      process.nextTick(() => {
        this.#isGathering = false;
        this.uncork();
      });
    }
    if (typeof encodingOrWritten !== "string") return super.write(chunk, encodingOrWritten);
    return super.write(chunk, encodingOrWritten, written);
  }
}
