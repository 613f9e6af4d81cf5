import type { Clock } from "../../core/clock.ts";
import { type KeyCounts, type KeyLimits, type KeyUsage, WINDOW_MS } from "./key-limits.ts";

type Counted = { since: number; requests: number; running: number };

/** So many keys are remembered before those that nothing is known of any more are forgotten. */
const REMEMBERED = 1_000;

/** Counts of this process alone. */
export class LocalCounts implements KeyCounts {
  readonly #byKey = new Map<string, Counted>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  enter(keyId: string, { concurrency }: Pick<KeyLimits, "concurrency">): KeyUsage {
    const counted = this.begin(keyId);
    const { running } = counted;
    if (concurrency !== null && running > concurrency) this.leave(keyId);
    return { ...counted, running };
  }

  /** One more request, which runs whatever the limits are. */
  begin(keyId: string): KeyUsage {
    const now = this.#clock().getTime();
    const counted = this.#byKey.get(keyId) ?? this.#remember(keyId, now);
    if (now - counted.since >= WINDOW_MS) Object.assign(counted, { since: now, requests: 0 });
    counted.requests += 1;
    counted.running += 1;
    return { requests: counted.requests, leftMs: counted.since + WINDOW_MS - now, running: counted.running };
  }

  leave(keyId: string): void {
    const counted = this.#byKey.get(keyId);
    if (counted !== undefined) counted.running -= 1;
  }

  running(keyId: string): number {
    return this.#byKey.get(keyId)?.running ?? 0;
  }

  /** Keys of which something runs. */
  *busy(): Generator<string> {
    for (const [keyId, { running }] of this.#byKey) if (running > 0) yield keyId;
  }

  close(): void {
    this.#byKey.clear();
  }

  #remember(keyId: string, now: number): Counted {
    if (this.#byKey.size % REMEMBERED === REMEMBERED - 1) {
      for (const [id, { since, running }] of this.#byKey) if (running === 0 && now - since >= WINDOW_MS) this.#byKey.delete(id);
    }
    const counted = { since: now, requests: 0, running: 0 };
    this.#byKey.set(keyId, counted);
    return counted;
  }
}
