import type { EpochDay } from "../core/period.ts";

/** Sums of each tier window as of one local day, by window key such as `spend@365d`. */
export type WindowSums = { day: EpochDay; sums: Record<string, number> };

/** What one local day adds to one metric: a row of `activity`, with what this batch adds to it. */
export type ActivityDay = { day: EpochDay; metric: string; amount: number /** What is not stored yet. */; added: number };

export const activityKey = (day: EpochDay, metric: string): string => `${day} ${metric}`;
