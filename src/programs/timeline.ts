/** A version that comes, or came, into force at a time of its own. */
export type ScheduledVersion = { version: number; effectiveAt: Date };

/** Which versions follow each other: the last one that was published at once, and the scheduled ones after it by their times. */
export type Timeline = { base: number | null; scheduled: readonly ScheduledVersion[] };

/** The version in force at an instant; null before the first one. The database says the same in `loyalty_version_in_force`. */
export function versionAt({ base, scheduled }: Timeline, at: Date): number | null {
  return scheduled.findLast(({ effectiveAt }) => effectiveAt <= at)?.version ?? base;
}

/** Those that are still to come, in their order. */
export function comingAfter({ scheduled }: Timeline, at: Date): ScheduledVersion[] {
  return scheduled.filter(({ effectiveAt }) => effectiveAt > at);
}

export type VersionState = "scheduled" | "in_force" | "former" | "cancelled";
