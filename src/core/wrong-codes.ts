import { LoyaltyError } from "./errors.ts";

const WRONG_MAX = 10;
const WINDOW_MS = 60_000;

/** So many are remembered before those whose minute is over are forgotten: they need not be asked for again. */
const REMEMBERED = 10_000;

/** Guards codes against being guessed: who has sent too many wrong ones waits until their minute is over. Of this process alone. */
export class WrongCodes {
  readonly #bySender = new Map<string, { since: number; count: number }>();

  /** Errors: rate_limited, with when to try again. */
  requireFew(sender: string, now: number): void {
    const wrong = this.#bySender.get(sender);
    if (wrong === undefined || wrong.count < WRONG_MAX) return;
    const left = wrong.since + WINDOW_MS - now;
    if (left > 0) throw new LoyaltyError("rate_limited", { reason: "too many wrong codes", retryAfterSeconds: Math.ceil(left / 1000) });
    this.#bySender.delete(sender);
  }

  note(sender: string, now: number): void {
    const wrong = this.#bySender.get(sender);
    if (wrong !== undefined && now - wrong.since < WINDOW_MS) {
      wrong.count += 1;
      return;
    }
    this.#forget(now);
    this.#bySender.set(sender, { since: now, count: 1 });
  }

  #forget(now: number): void {
    if (this.#bySender.size % REMEMBERED !== REMEMBERED - 1) return;
    for (const [sender, { since }] of this.#bySender) if (now - since >= WINDOW_MS) this.#bySender.delete(sender);
  }
}
