import cluster from "node:cluster";
import { assert } from "../core/assert.ts";
import { Answers } from "./answers.ts";
import type { Assignment, FromServing, ToldMetrics, ToServing } from "./messages.ts";

const METRICS_LIMIT_MS = 5_000;

/** What one of several serving processes knows of the others. */
export type Siblings = {
  /** The label of its metrics. */
  number: number;
  /** Whether as many serve as should. */
  allServe(): boolean;
  /** The metrics of all of them, in the text format of Prometheus. */
  metrics(): Promise<string>;
  /** What this one tells when another one asks for metrics. */
  tellsMetrics(tell: () => Promise<ToldMetrics>): void;
};

/** This process as one of several that the first one keeps running. */
export type ServingProcess = {
  assignment: Promise<Assignment>;
  siblings(assignment: Assignment, processes: number): Siblings;
  /** Calls `stop` when the first process stops; before that is set, the process ends at once. */
  onStop(stop: () => void): void;
  serves(url: string): void;
  /** Resolves when the first process has been told. */
  failed(reason: string): Promise<void>;
};

export function servingProcess(): ServingProcess {
  assert(cluster.worker !== undefined && process.send !== undefined, "a serving process has been forked");
  const { worker } = cluster;
  const say = (message: FromServing) => {
    worker.send(message);
  };
  const answers = new Answers<string>();
  const begun = Promise.withResolvers<Assignment>();
  let serving = 0;
  let stop = (): void => process.exit(0);
  let tell: () => Promise<ToldMetrics> = async () => [];

  worker.on("message", (message: ToServing) => {
    if (message.kind === "begin") begun.resolve(message);
    else if (message.kind === "serving") serving = message.processes;
    else if (message.kind === "metrics") answers.settle(message.ask, message.text);
    else if (message.kind === "stop") stop();
    else void tell().then((metrics) => say({ kind: "own_metrics", ask: message.ask, metrics }));
  });
  say({ kind: "here" });

  return {
    assignment: begun.promise,
    siblings: ({ number }, processes) => ({
      number,
      allServe: () => serving === processes,
      async metrics() {
        const text = await answers.ask((ask) => say({ kind: "metrics_wanted", ask }), METRICS_LIMIT_MS);
        assert(text !== undefined, "the first process answers for the metrics of all");
        return text;
      },
      tellsMetrics(own) {
        tell = own;
      },
    }),
    onStop(stopping) {
      stop = stopping;
    },
    serves: (url) => say({ kind: "serving", url }),
    failed: (reason) => new Promise((resolve) => worker.process.send?.({ kind: "failed", reason } satisfies FromServing, () => resolve())),
  };
}
