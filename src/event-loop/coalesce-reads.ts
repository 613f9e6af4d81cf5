import { assert } from "../core/assert.ts";
import { LoyaltyError } from "../core/errors.ts";

export type CoalesceLimits = {
  /** Batches that may be under way at once: the size of the pool. */
  inFlightMax: number;
  batchMax: number;
  /** Keys that may wait; more are refused. */
  waitingMax: number;
};

/** Answers each key of a batch, or throws where all of it failed. A key's own failure is an Error in its place. */
export type LoadBatch<Answer, Key = string> = (group: number, keys: Key[]) => Promise<Map<Key, Answer | Error>>;

/**
 * Gathers reads of one event-loop tick, and those that arrive while all batches are under way, into one batch per group.
 * Equal texts are one key; an object is a key of its own. A read is never joined to a batch that has started, so it sees every commit
 * before it.
 * Errors: overloaded when too many keys wait; what `load` throws or gives.
 */
export function coalesceReads<Answer, Key = string>(load: LoadBatch<Answer, Key>, { inFlightMax, batchMax, waitingMax }: CoalesceLimits) {
  const waiting = new Map<number, Map<Key, PromiseWithResolvers<Answer>>>();
  let waitingKeys = 0;
  let inFlight = 0;
  let isScheduled = false;

  function schedule(): void {
    if (isScheduled || waiting.size === 0 || inFlight >= inFlightMax) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      while (inFlight < inFlightMax && waiting.size > 0) void startNext();
    });
  }

  /** Groups take turns: the rest of one that is larger than a batch goes to the end of the line. */
  async function startNext(): Promise<void> {
    const next = waiting.entries().next();
    if (next.done) return;
    const [group, reads] = next.value;
    const batch = new Map([...reads].slice(0, batchMax));
    for (const key of batch.keys()) reads.delete(key);
    waiting.delete(group);
    if (reads.size > 0) waiting.set(group, reads);
    waitingKeys -= batch.size;
    inFlight += 1;
    await answer(group, batch);
    inFlight -= 1;
    schedule();
  }

  async function answer(group: number, batch: Map<Key, PromiseWithResolvers<Answer>>): Promise<void> {
    try {
      const answers = await load(group, [...batch.keys()]);
      for (const [key, read] of batch) {
        const found = answers.get(key);
        assert(found !== undefined, "a batch answers each of its keys");
        if (found instanceof Error) read.reject(found);
        else read.resolve(found);
      }
    } catch (error) {
      for (const read of batch.values()) read.reject(error);
    }
  }

  return function read(group: number, key: Key): Promise<Answer> {
    const reads = waiting.get(group) ?? new Map<Key, PromiseWithResolvers<Answer>>();
    const joined = reads.get(key);
    if (joined !== undefined) return joined.promise;
    if (waitingKeys >= waitingMax) return Promise.reject(new LoyaltyError("overloaded"));
    const own = Promise.withResolvers<Answer>();
    waiting.set(group, reads.set(key, own));
    waitingKeys += 1;
    schedule();
    return own.promise;
  };
}
