import type { Published } from "./publish.ts";
import type { RuleSetHead, RuleSetRow } from "./store.ts";
import { type ScheduledVersion, type Timeline, type VersionState, versionAt } from "./timeline.ts";

/** Where a version stands at an instant. */
function stateOf({ version, effectiveAt, isCancelled }: RuleSetHead, timeline: Timeline, at: Date): VersionState {
  if (isCancelled) return "cancelled";
  if (effectiveAt !== null && effectiveAt > at) return "scheduled";
  return versionAt(timeline, at) === version ? "in_force" : "former";
}

/** A version as a list shows it. */
export const headView = (head: RuleSetHead, timeline: Timeline, at: Date) => ({
  version: head.version,
  state: stateOf(head, timeline, at),
  effectiveAt: (head.effectiveAt ?? head.publishedAt).toISOString(),
  publishedAt: head.publishedAt.toISOString(),
  publishedBy: head.publishedBy,
});

/** A version with its definition. */
export const ruleSetView = (program: string, row: RuleSetRow, timeline: Timeline, at: Date) => ({
  program,
  ...headView(row, timeline, at),
  definition: row.definition,
});

const scheduledView = ({ version, effectiveAt }: ScheduledVersion) => ({ version, effectiveAt: effectiveAt.toISOString() });

/** What publishing did. */
export const publishedView = (program: string, { programId: _, ...published }: Published) => ({
  program,
  ...published,
  scheduled: published.scheduled.map(scheduledView),
});
