/** A copy on its way to the store; `committedAt` is of performance.now(), which does not jump as the system's clock may. */
export type SentCopy = { key: string; version: number; text: string; committedAt: number };

const UNCONFIRMED_MAX = 100_000;

/**
 * Commits that the store has not confirmed: their keys are not read from it, for what it holds may be older.
 * After `ttlMs` a commit is forgotten, because every older copy has expired by then.
 */
export class UnconfirmedCommits {
  readonly #sent = new Map<string, SentCopy>();
  readonly #ttlMs: number;
  #distrustUntil = 0;

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  /** True when the store's copy of the key may be older than a commit of this process. */
  covers(key: string): boolean {
    return this.#sent.has(key) || this.#isDistrusted();
  }

  /** Too many to remember: for the time that old copies live, all are distrusted. */
  add(copy: SentCopy): void {
    if (this.#sent.size >= UNCONFIRMED_MAX && !this.#sent.has(copy.key)) {
      this.#sent.clear();
      this.#distrustUntil = copy.committedAt + this.#ttlMs;
    }
    if ((this.#sent.get(copy.key)?.version ?? 0) > copy.version) return;
    // Deleted first so that the map stays in the order of commits.
    this.#sent.delete(copy.key);
    this.#sent.set(copy.key, copy);
  }

  confirm({ key, version }: SentCopy): void {
    if (this.#sent.get(key)?.version === version) this.#sent.delete(key);
  }

  /** The oldest commits that wait for confirmation since before `committedBefore`; forgets those whose time is over. */
  overdue(committedBefore: number, max: number): SentCopy[] {
    const overdue: SentCopy[] = [];
    for (const copy of this.#sent.values()) {
      if (copy.committedAt >= committedBefore || overdue.length >= max) break;
      if (copy.committedAt + this.#ttlMs <= performance.now()) this.#sent.delete(copy.key);
      else overdue.push(copy);
    }
    return overdue;
  }

  #isDistrusted(): boolean {
    return this.#distrustUntil > 0 && performance.now() < this.#distrustUntil;
  }
}
