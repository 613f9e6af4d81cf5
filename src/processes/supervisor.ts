import cluster, { type Worker } from "node:cluster";
import type { Logger } from "pino";
import { Answers } from "./answers.ts";
import { mergeMetrics } from "./merge-metrics.ts";
import type { Assignment, FromServing, ToldMetrics, ToServing } from "./messages.ts";
import { afterLife, type Restarts } from "./restart-delay.ts";

const METRICS_LIMIT_MS = 2_000;

/** A serving process that could not start, at the first start of all. The message is its own line for the operator. */
export class ServingProcessError extends Error {
  override readonly name = "ServingProcessError";
}

/** A place for one serving process after the other. */
type Place = Restarts & {
  number: number;
  worker: Worker | undefined;
  startedAt: number;
  /** Where it is listened on; undefined until it is. */
  url: string | undefined;
  /** Why it could not start, as it said itself. */
  reason: string | undefined;
};

/** What is the same for all of them. */
export type SharedAssignment = Omit<Assignment, "number" | "runsJobs">;

export type SupervisorOptions = {
  processes: number;
  /** One that has not ended so long after it was told to stop hangs, and is killed. */
  graceMs: number;
  log: Logger;
};

export interface Supervisor {
  /** Answers where they listen when all do. Errors: ServingProcessError when one of them cannot. */
  start(shared: SharedAssignment): Promise<string>;
  /** Every process finishes what it has begun and ends. */
  close(): Promise<void>;
}

/** Keeps so many processes serving on one port: one that ends is started again, after a wait that grows while they keep ending. */
export function createSupervisor({ processes, graceMs, log }: SupervisorOptions): Supervisor {
  // Numbers that are none are told as they are.
  cluster.setupPrimary({ serialization: "advanced" });
  const places = Array.from(
    { length: processes },
    (_, index): Place => ({ number: index + 1, worker: undefined, startedAt: 0, url: undefined, reason: undefined, shortLives: 0 }),
  );
  const answers = new Answers<ToldMetrics>();
  const restarts = new Set<NodeJS.Timeout>();
  const started = Promise.withResolvers<string>();
  let assignment: SharedAssignment;
  let hasStarted = false;
  let isStopping = false;
  let whenEmpty = (): void => undefined;

  const serving = () => places.filter(({ url }) => url !== undefined);

  function say(place: Place, message: ToServing): void {
    if (place.worker?.isConnected()) place.worker.send(message);
  }

  function tellHowMany(): void {
    const count = serving().length;
    for (const place of places) say(place, { kind: "serving", processes: count });
  }

  /** Those that do not answer are left out: what stands there is of processes that are alive. */
  async function gatherMetrics(asking: Place, ask: number): Promise<void> {
    const told = await Promise.all(
      serving().map((place) => answers.ask((own) => say(place, { kind: "own_metrics_wanted", ask: own }), METRICS_LIMIT_MS)),
    );
    const text = await mergeMetrics(told.filter((metrics) => metrics !== undefined));
    say(asking, { kind: "metrics", ask, text });
  }

  function hear(place: Place, message: FromServing): void {
    if (message.kind === "here")
      say(place, isStopping ? { kind: "stop" } : { kind: "begin", number: place.number, runsJobs: place.number === 1, ...assignment });
    else if (message.kind === "failed") place.reason = message.reason;
    else if (message.kind === "metrics_wanted") void gatherMetrics(place, message.ask);
    else if (message.kind === "own_metrics") answers.settle(message.ask, message.metrics);
    else {
      place.url = message.url;
      tellHowMany();
      if (serving().length < processes) return;
      hasStarted = true;
      started.resolve(message.url);
    }
  }

  function ended(place: Place, how: { code: number | null; signal: string | null }): void {
    const { number, reason } = place;
    const life = afterLife(place, performance.now() - place.startedAt);
    Object.assign(place, { worker: undefined, url: undefined, reason: undefined, shortLives: life.shortLives });
    tellHowMany();
    if (places.every(({ worker }) => worker === undefined)) whenEmpty();
    if (isStopping) return;
    if (!hasStarted) {
      const why = reason ?? `serving process ${number} ended with ${how.signal ?? how.code} before it served`;
      started.reject(new ServingProcessError(why));
      return;
    }
    log.warn({ process: number, ...how, reason, delayMs: life.delayMs }, "a serving process ended; it is started again");
    const timer = setTimeout(() => {
      restarts.delete(timer);
      begin(place);
    }, life.delayMs);
    restarts.add(timer);
  }

  function begin(place: Place): void {
    const worker = cluster.fork();
    Object.assign(place, { worker, startedAt: performance.now() });
    worker.on("message", (message: FromServing) => hear(place, message));
    // What is said to one that has just died reaches nobody; that it ended is heard below.
    worker.on("error", (error) => log.debug({ err: error, process: place.number }, "a serving process was not reached"));
    worker.once("exit", (code, signal) => ended(place, { code, signal }));
  }

  return {
    start(shared) {
      assignment = shared;
      for (const place of places) begin(place);
      return started.promise;
    },
    async close() {
      isStopping = true;
      for (const timer of restarts) clearTimeout(timer);
      if (places.every(({ worker }) => worker === undefined)) return;
      const empty = new Promise<void>((resolve) => {
        whenEmpty = resolve;
      });
      for (const place of places) say(place, { kind: "stop" });
      const killing = setTimeout(() => {
        for (const { worker } of places) worker?.process.kill("SIGKILL");
      }, graceMs);
      await empty;
      clearTimeout(killing);
    },
  };
}
