import type { ProgramContext } from "../engine/commands.ts";

export type JobContext = {
  program: ProgramContext;
  /** How many programs the job goes through, one after the other: those behind this one wait, and so do the jobs behind. */
  programs: number;
  /** What the clock shows as the run begins. */
  now: Date;
  /** Aborted when the service stops: a job looks at it between two batches and then leaves the rest to its next run. */
  signal: AbortSignal;
};

/** `done` is how many things a run did; `lagSeconds` by how much the one that had waited longest was late, 0 without one. */
export type JobRun = { done: number; lagSeconds: number };

/**
 * Something that the clock makes due. A run works through what is due of one program, in bounded batches, and what it
 * has done stays done when it ends in the middle: the next run takes up the rest. It submits commands to the engine or
 * writes the outbox, and changes no member by itself. An error is logged, and the next run tries again.
 */
export type Job = {
  /** Lower-case letters and hyphens: a label of the metrics and the name of the lock. For good. */
  name: string;
  run(context: JobContext): Promise<JobRun>;
};
