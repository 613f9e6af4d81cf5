/** One series of metrics as prom-client tells of it. */
export type ToldMetrics = object[];

/** What a serving process needs of the first one, which has opened the database. */
export type Assignment = {
  /** From 1 on: whoever takes the place of a process that ended has its number. */
  number: number;
  rootKey: string;
  database: { url: string; losesLimits: boolean };
  port: number;
  /** One of them does what the clock makes due. */
  runsJobs: boolean;
};

/** What a serving process says to the first one. `ask` tells questions apart. */
export type FromServing =
  /** It hears what is said from now on. */
  | { kind: "here" }
  | { kind: "serving"; url: string }
  | { kind: "failed"; reason: string }
  | { kind: "metrics_wanted"; ask: number }
  | { kind: "own_metrics"; ask: number; metrics: ToldMetrics };

/** What the first process says to a serving one. */
export type ToServing =
  | ({ kind: "begin" } & Assignment)
  /** So many serve now. */
  | { kind: "serving"; processes: number }
  | { kind: "own_metrics_wanted"; ask: number }
  | { kind: "metrics"; ask: number; text: string }
  | { kind: "stop" };
