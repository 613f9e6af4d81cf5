import { setTimeout as sleep } from "node:timers/promises";
import { LoyaltyError } from "../core/errors.ts";

const PAUSE_MS = 20;

/**
 * Keeps the order of submission where something has to be waited for: for room in the queue, or for what must be known
 * before a line can be submitted. Everything that comes later waits meanwhile. The queue refuses at once, before
 * anything later is submitted, and while the callers that wait here resubmit in their order it cannot drain between them.
 */
export class Patience {
  #pause: Promise<void> | undefined;

  /** Runs `submit` when nothing is waited for, and again until it is not refused with `queue_full`. Errors: any other refusal. */
  async run<Result>(submit: () => Promise<Result>): Promise<Result> {
    for (;;) {
      while (this.#pause !== undefined) await this.#pause;
      try {
        return await submit();
      } catch (error) {
        if (!(error instanceof LoyaltyError && error.code === "queue_full")) throw error;
        // All that are refused at once wait for the same pause, and so go on in their order.
        if (this.#pause === undefined) this.#waitFor(sleep(PAUSE_MS));
      }
    }
  }

  /** Lets everything later wait until `work` has settled, and answers what it answers. Errors: those of `work`. */
  hold<Result>(work: Promise<Result>): Promise<Result> {
    this.#waitFor(work);
    return work;
  }

  #waitFor(work: Promise<unknown>): void {
    const release = () => {
      this.#pause = undefined;
    };
    this.#pause = work.then(release, release);
  }
}
