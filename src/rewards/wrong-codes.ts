import { LoyaltyError } from "../core/errors.ts";

const WRONG_MAX = 10;
const WINDOW_MS = 60_000;

/** Guards codes against being guessed: a key that has sent too many wrong ones waits until its minute is over. Of this process alone. */
export class WrongCodes {
  readonly #byKey = new Map<string, { since: number; count: number }>();

  /** Errors: rate_limited, with when to try again. */
  requireFew(keyId: string, now: number): void {
    const wrong = this.#byKey.get(keyId);
    if (wrong === undefined || wrong.count < WRONG_MAX) return;
    const left = wrong.since + WINDOW_MS - now;
    if (left > 0) throw new LoyaltyError("rate_limited", { reason: "too many wrong codes", retryAfterSeconds: Math.ceil(left / 1000) });
    this.#byKey.delete(keyId);
  }

  note(keyId: string, now: number): void {
    const wrong = this.#byKey.get(keyId);
    if (wrong === undefined || now - wrong.since >= WINDOW_MS) this.#byKey.set(keyId, { since: now, count: 1 });
    else wrong.count += 1;
  }
}
