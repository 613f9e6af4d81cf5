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

/** So long a batch that would be small waits for more at most: a flying one may be held up by a lock. */
const SMALL_WAITS_MS = 20;

/** Of one program: how many batches fly with how many jobs, the wait of a small one behind them, and whether it has waited long enough. */
type Flying = { batches: number; jobs: number; smallWait: NodeJS.Timeout | undefined; isDue: boolean };

/**
 * Natural batching: the first job starts a batch at once, what arrives while batches fly forms the next one. A batch costs much the same
 * whatever is in it, so one that would be smaller than what flies of its program waits, until it is as large, the other has landed, or
 * some milliseconds are over (docs/adr/0037-small-batches-wait.md). A batch holds one program; programs take turns. Jobs of one member
 * keep their order: a member who is in a flying batch waits for it, and a job of several members waits for all of theirs.
 */
export class Batcher<Job, Result> {
  /** Map order is the round robin: a program that was served goes to the back. */
  readonly #queues = new Map<number, BatchItem<Job, Result>[]>();
  readonly #flyingMembers = new Set<string>();
  readonly #flying = new Map<number, Flying>();
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
    for (const [programId, { length }] of [...this.#queues]) {
      if (this.#inFlight >= this.#limits.maxInFlight) return;
      if (this.#waitsForMore(programId, length)) continue;
      const items = this.#take(programId);
      if (items.length > 0) void this.#fly(programId, items);
    }
  }

  /** Less than what flies of its program in one batch, on average; never where nothing does. */
  #waitsForMore(programId: number, queued: number): boolean {
    const flying = this.#flying.get(programId);
    if (flying === undefined || flying.isDue || queued >= flying.jobs / flying.batches) return false;
    flying.smallWait ??= setTimeout(() => {
      flying.isDue = true;
      this.#schedule();
    }, SMALL_WAITS_MS);
    return true;
  }

  #takeOff(programId: number, jobs: number): Flying {
    const flying = this.#flying.get(programId) ?? { batches: 0, jobs: 0, smallWait: undefined, isDue: false };
    this.#flying.set(programId, flying);
    flying.batches += 1;
    flying.jobs += jobs;
    this.#endWait(flying);
    this.#inFlight += 1;
    return flying;
  }

  #land(programId: number, flying: Flying, jobs: number): void {
    flying.batches -= 1;
    flying.jobs -= jobs;
    if (flying.batches === 0) {
      this.#endWait(flying);
      this.#flying.delete(programId);
    }
    this.#inFlight -= 1;
  }

  #endWait(flying: Flying): void {
    clearTimeout(flying.smallWait);
    flying.smallWait = undefined;
    flying.isDue = false;
  }

  /** Takes what may fly now, in order, and leaves the others in theirs. */
  #take(programId: number): BatchItem<Job, Result>[] {
    const queue = this.#queues.get(programId) ?? [];
    const taken: BatchItem<Job, Result>[] = [];
    const left: BatchItem<Job, Result>[] = [];
    const waiting = new Set<string>();
    const isFree = (member: string) => !waiting.has(member) && !this.#flyingMembers.has(`${programId}:${member}`);
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
    for (const member of members) this.#flyingMembers.add(member);
    const flying = this.#takeOff(programId, items.length);
    try {
      await this.#run(programId, items);
    } catch (error) {
      for (const { reject } of items) reject(error);
    }
    this.#land(programId, flying, items.length);
    for (const member of members) this.#flyingMembers.delete(member);
    this.#schedule();
    if (this.#queued === 0 && this.#inFlight === 0) for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
