const WAITING_MAX = 1_000;

/** Tells those who wait that a program's feed has become longer in this process. */
export class FeedSignal {
  readonly #waiting = new Map<number, Set<() => void>>();
  #isEnded = false;

  changed(programId: number): void {
    for (const wake of this.#waiting.get(programId) ?? []) wake();
  }

  /** Nobody waits any more, now or later. */
  end(): void {
    this.#isEnded = true;
    for (const programId of this.#waiting.keys()) this.changed(programId);
  }

  /** False for one more than a process holds back, and while it stops. */
  get hasRoom(): boolean {
    const waiting = [...this.#waiting.values()].reduce((count, { size }) => count + size, 0);
    return !this.#isEnded && waiting < WAITING_MAX;
  }

  /** Resolves when the feed changes, after `milliseconds` or when `signal` is aborted, whichever is first. */
  wait(programId: number, milliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.#isEnded || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(programId) ?? new Set();
      this.#waiting.set(programId, waiting);
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        waiting.delete(wake);
        if (waiting.size === 0) this.#waiting.delete(programId);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      signal.addEventListener("abort", wake, { once: true });
      waiting.add(wake);
    });
  }
}
