import { LoyaltyError } from "../core/errors.ts";

export type BatchItem<Job, Result> = {
  job: Job;
  members: readonly string[];
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
};

/** Runs jobs of one program in one transaction and settles each item; it must not throw. */
export type RunBatch<Job, Result> = (programId: number, items: BatchItem<Job, Result>[]) => Promise<void>;

export type BatcherLimits = { maxBatch: number; maxInFlight: number; maxQueue: number };

/**
 * Natural batching, without a timer: the first job starts a batch at once, what arrives while batches fly forms the
 * next one. A batch holds one program; programs take turns. Jobs of one member keep their order: a member who is in a
 * flying batch waits for it, and a job of several members waits for all of theirs.
 */
export class Batcher<Job, Result> {
  /** Map order is the round robin: a program that was served goes to the back. */
  readonly #queues = new Map<number, BatchItem<Job, Result>[]>();
  readonly #flying = new Set<string>();
  readonly #run: RunBatch<Job, Result>;
  readonly #limits: BatcherLimits;
  #queued = 0;
  #inFlight = 0;
  #isScheduled = false;
  #isClosed = false;
  #whenIdle: (() => void)[] = [];

  constructor(run: RunBatch<Job, Result>, limits: BatcherLimits) {
    this.#run = run;
    this.#limits = limits;
  }

  get depth(): number {
    return this.#queued;
  }

  /** Errors: queue_full, shutting_down. */
  requireRoom(): void {
    if (this.#isClosed) throw new LoyaltyError("shutting_down");
    if (this.#queued >= this.#limits.maxQueue) throw new LoyaltyError("queue_full", { queued: this.#queued });
  }

  /** `queued` is called when the job stands in the queue. Errors: queue_full, shutting_down, and what the job itself is refused with. */
  async submit(programId: number, members: readonly string[], job: Job, queued?: () => void): Promise<Result> {
    this.requireRoom();
    return new Promise((resolve, reject) => {
      const queue = this.#queues.get(programId);
      const item = { job, members, resolve, reject };
      if (queue === undefined) this.#queues.set(programId, [item]);
      else queue.push(item);
      this.#queued += 1;
      queued?.();
      this.#schedule();
    });
  }

  /** Refuses what comes from now on and waits for what is queued and flying. */
  drain(): Promise<void> {
    this.#isClosed = true;
    if (this.#queued === 0 && this.#inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  #schedule(): void {
    if (this.#isScheduled || this.#inFlight >= this.#limits.maxInFlight || this.#queued === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    for (const programId of [...this.#queues.keys()]) {
      if (this.#inFlight >= this.#limits.maxInFlight) return;
      const items = this.#take(programId);
      if (items.length > 0) void this.#fly(programId, items);
    }
  }

  /** Takes what may fly now, in order, and leaves the others in theirs. */
  #take(programId: number): BatchItem<Job, Result>[] {
    const queue = this.#queues.get(programId) ?? [];
    const taken: BatchItem<Job, Result>[] = [];
    const left: BatchItem<Job, Result>[] = [];
    const waiting = new Set<string>();
    const isFree = (member: string) => !waiting.has(member) && !this.#flying.has(`${programId}:${member}`);
    for (const item of queue) {
      if (taken.length < this.#limits.maxBatch && item.members.every(isFree)) {
        taken.push(item);
        continue;
      }
      left.push(item);
      // Who waits for another of several members is passed by no later job of their own.
      if (item.members.length > 1) for (const member of item.members) waiting.add(member);
    }
    this.#queues.delete(programId);
    if (left.length > 0) this.#queues.set(programId, left);
    this.#queued -= taken.length;
    return taken;
  }

  async #fly(programId: number, items: BatchItem<Job, Result>[]): Promise<void> {
    const members = new Set(items.flatMap(({ members }) => members.map((member) => `${programId}:${member}`)));
    for (const member of members) this.#flying.add(member);
    this.#inFlight += 1;
    try {
      await this.#run(programId, items);
    } catch (error) {
      for (const { reject } of items) reject(error);
    }
    this.#inFlight -= 1;
    for (const member of members) this.#flying.delete(member);
    this.#schedule();
    if (this.#queued === 0 && this.#inFlight === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
