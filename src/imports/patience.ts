import { LoyaltyError } from "../core/errors.ts";

const PAUSE_MS = 20;

/**
 * Submits again what the queue had no room for, after a pause that holds back everything that comes later, so that the
 * order of submission is kept: the queue refuses at once, before anything later is submitted, and while the callers
 * that wait here resubmit in their order it cannot drain between them.
 */
export class Patience {
  #pause: Promise<void> | undefined;

  /** Runs `submit` until it is not refused with `queue_full`. Errors: any other refusal. */
  async run<Result>(submit: () => Promise<Result>): Promise<Result> {
    for (;;) {
      while (this.#pause !== undefined) await this.#pause;
      try {
        return await submit();
      } catch (error) {
        if (!(error instanceof LoyaltyError && error.code === "queue_full")) throw error;
        this.#pause ??= this.#start();
      }
    }
  }

  #start(): Promise<void> {
    return new Promise((resolve) => {
      setTimeout(() => {
        this.#pause = undefined;
        resolve();
      }, PAUSE_MS);
    });
  }
}
