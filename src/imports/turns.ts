import { setTimeout as sleep } from "node:timers/promises";
import { LoyaltyError } from "../core/errors.ts";

const PAUSE_MS = 20;

/**
 * Lets tasks be queued one after the other, in the order in which they were given, while what they do goes on side by
 * side: each begins when the former one is in the queue (or has failed), whatever it had to wait for until then.
 */
export class Turns {
  #former: Promise<void> = Promise.resolve();

  /**
   * Runs `submit` in its turn, and again after a pause while the queue has no room for it. `submit` calls `queued` when
   * its command stands in the queue. Errors: those of `submit`, but for `queue_full`.
   */
  async run<Result>(submit: (queued: () => void) => Promise<Result>): Promise<Result> {
    const { promise, resolve: queued } = Promise.withResolvers<void>();
    const former = this.#former;
    this.#former = promise;
    await former;
    try {
      for (;;) {
        try {
          return await submit(queued);
        } catch (error) {
          if (!(error instanceof LoyaltyError && error.code === "queue_full")) throw error;
          await sleep(PAUSE_MS);
        }
      }
    } finally {
      queued();
    }
  }
}
