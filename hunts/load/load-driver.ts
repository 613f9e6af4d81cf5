import { setTimeout as sleep } from "node:timers/promises";
import type { HttpAnswer, HttpCaller } from "../../test/support/http-caller.ts";
import type { Journal } from "./journal.ts";
import type { Operation, Operations } from "./operations.ts";

/** A failed attempt is followed by the next one after so long, and by none for one operation in ten: its fate stays unknown. */
const PAUSE_MS = 50;
const GIVEN_UP = 10;
/** One write in so many is followed by a look at the balance. */
const READ_SHARE = 2;
/** So many good answers one after the other, and the service is back. */
const ROW = 50;
const POLL_MS = 10;

export type LoadCounts = {
  acknowledged: number;
  /** Answered 503. */
  unavailable: number;
  /** The connection was refused or broke. */
  broken: number;
  /** Balances that were read right after a write. */
  read: number;
};

/** What was seen in a stretch of time. */
export type Measured = {
  sentPerSecond: number;
  acceptedPerSecond: number;
  /** Of those that were answered with success. */
  p99Ms: number;
};

/** Sends operations from many workers, and sends what failed again, as a shop would. Each worker goes round the callers. */
export class LoadDriver {
  readonly #options: { callers: readonly HttpCaller[]; operations: Operations; journal: Journal; workers: number };
  readonly #workers: Promise<void>[] = [];
  #acceptedMs: number[] = [];
  #sent = 0;
  readonly #wrong: string[] = [];
  readonly counts: LoadCounts = { acknowledged: 0, unavailable: 0, broken: 0, read: 0 };
  #isStopping = false;
  #row = { length: 0, since: 0 };
  #turn = 0;

  constructor(options: { callers: readonly HttpCaller[]; operations: Operations; journal: Journal; workers: number }) {
    this.#options = options;
  }

  /** Enrols the members and gives them their points, then begins. */
  async start(): Promise<void> {
    const { operations } = this.#options;
    const enrol = async (id: string) => {
      const enrolled = await this.#send((caller) => caller.post("/v1/members", { id }));
      return !(enrolled instanceof Error) && this.#isGood(enrolled, `the enrolment of ${id}`);
    };
    await Promise.all(operations.members().map((id) => this.#until(() => enrol(id))));
    await Promise.all(operations.openings().map((opening) => this.#until(() => this.#isAnswered(opening, false))));
    for (let worker = 0; worker < this.#options.workers; worker += 1) this.#workers.push(this.#work());
  }

  /** Sends so many more a second as well, each once, whether or not those before it are answered. Answers what ends it. */
  surge(perSecond: number): () => Promise<void> {
    const since = performance.now();
    const more: Promise<boolean>[] = [];
    const timer = setInterval(() => {
      const due = ((performance.now() - since) * perSecond) / 1_000;
      while (more.length < due) more.push(this.#isAnswered(this.#options.operations.next(), true));
    }, POLL_MS);
    return async () => {
      clearInterval(timer);
      await Promise.all(more);
    };
  }

  async measure(milliseconds: number): Promise<Measured> {
    this.#acceptedMs = [];
    this.#sent = 0;
    const since = performance.now();
    await sleep(milliseconds);
    const seconds = (performance.now() - since) / 1_000;
    const sorted = this.#acceptedMs.toSorted((a, b) => a - b);
    return {
      sentPerSecond: this.#sent / seconds,
      acceptedPerSecond: sorted.length / seconds,
      p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.POSITIVE_INFINITY,
    };
  }

  /** Begins nothing new, and answers what came that must never come. */
  async stop(): Promise<string[]> {
    this.#isStopping = true;
    await Promise.all(this.#workers);
    return this.#wrong;
  }

  /** Milliseconds from `since` (performance.now()) until good answers came again and none of many in a row was a bad one. */
  async recovered(since: number): Promise<number> {
    this.#row = { length: 0, since };
    while (this.#row.length < ROW) await sleep(POLL_MS);
    return this.#row.since - since;
  }

  async untilAcknowledged(more: number): Promise<void> {
    const wanted = this.counts.acknowledged + more;
    while (this.counts.acknowledged < wanted) await sleep(POLL_MS);
  }

  async #work(): Promise<void> {
    for (let n = 1; !this.#isStopping; n += 1) {
      const operation = this.#options.operations.next();
      const isGivenUp = n % GIVEN_UP === 0;
      for (let attempt = 1; !(await this.#isAnswered(operation, attempt === 1)) && !isGivenUp && !this.#isStopping; attempt += 1)
        await sleep(PAUSE_MS);
    }
  }

  async #until(isDone: () => Promise<boolean>): Promise<void> {
    while (!(await isDone())) {
      if (this.#wrong.length > 0) throw new Error(this.#wrong.join("; "));
      await sleep(PAUSE_MS);
    }
  }

  async #isAnswered(operation: Operation, isFirst: boolean): Promise<boolean> {
    const { journal, operations } = this.#options;
    const { kind, id } = operation;
    journal.write({ sent: operation });
    const answer = await this.#send((caller) => caller.post(operation.path, operation.body));
    if (answer instanceof Error) {
      journal.write({ broke: id, kind, reason: answer.message });
      return false;
    }
    journal.write({ answered: id, kind, status: answer.status, replayed: answer.replayed, body: answer.body });
    // What is wrong stays wrong, however often it is sent.
    if (!this.#isGood(answer, `${kind} ${id}`)) return answer.status !== 503;
    if (isFirst && answer.replayed) this.#wrong.push(`${kind} ${id} was sent once and answered as a replay`);
    this.counts.acknowledged += 1;
    operations.acknowledged(operation);
    if (this.counts.acknowledged % READ_SHARE === 0) await this.#readBalance(operation, answer);
    return true;
  }

  async #send(ask: (caller: HttpCaller) => Promise<HttpAnswer>): Promise<HttpAnswer | Error> {
    const { callers } = this.#options;
    this.#turn += 1;
    const caller = callers[this.#turn % callers.length];
    if (caller === undefined) throw new Error("there is nobody to send to");
    const since = performance.now();
    this.#sent += 1;
    try {
      const answer = await ask(caller);
      if (answer.status < 300) this.#acceptedMs.push(performance.now() - since);
      return answer;
    } catch (error) {
      this.counts.broken += 1;
      this.#row.length = 0;
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Nothing in this load is refused: only 503 may come instead of a success. */
  #isGood({ status, headers, body }: HttpAnswer, what: string): boolean {
    if (status < 300) {
      if (this.#row.length === 0) this.#row.since = performance.now();
      this.#row.length += 1;
      return true;
    }
    const retryAfter = headers["retry-after"];
    if (status === 503) this.counts.unavailable += 1;
    if (status === 503) this.#row.length = 0;
    if (status !== 503 || retryAfter === undefined)
      this.#wrong.push(`${what} was answered with ${status} (Retry-After: ${retryAfter}): ${JSON.stringify(body)}`);
    return false;
  }

  /** Who has written reads their own write, from whichever instance. */
  async #readBalance({ memberId, kind, id }: Operation, { body }: HttpAnswer): Promise<void> {
    const { version } = body.balance as { version: number };
    const read = await this.#send((caller) => caller.get(`/v1/members/${memberId}/balance`));
    if (read instanceof Error || !this.#isGood(read, `the balance of ${memberId}`)) return;
    this.counts.read += 1;
    if (Number(read.body.version) < version)
      this.#wrong.push(`after ${kind} ${id} the balance of ${memberId} is read as of ${read.body.version}, not ${version}`);
  }
}
