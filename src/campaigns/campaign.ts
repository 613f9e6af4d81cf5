import { ScheduleCompiler } from "../programs/compile-schedules.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import type { RuleDefinition } from "../programs/rule-definition.ts";
import { type Moment, momentOf } from "../rules/schedules/moment.ts";

export const CAMPAIGN_STATES = ["draft", "scheduled", "active", "paused", "ended"] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

/** A rule as who runs campaigns sees it. Instants are RFC 3339. */
export type Campaign = {
  id: string;
  label: string;
  state: CampaignState;
  /** The type of event that it is judged on; null is orders. */
  on: string | null;
  /** Kinds of its effects, each once. */
  effects: string[];
  lane: string | null;
  priority: number;
  from: string | null;
  until: string | null;
  /** Null without a schedule. `next` is the next start, within a year and where it is the same for all members. */
  schedule: { isOpen: boolean; next: string | null } | null;
};

function stateOf({ state, from, until }: RuleDefinition, now: number): CampaignState {
  if (state === "draft" || state === "paused") return state;
  if (until !== undefined && now >= Date.parse(until)) return "ended";
  return from !== undefined && now < Date.parse(from) ? "scheduled" : "active";
}

const utc = (text: string | undefined): string | null => (text === undefined ? null : new Date(text).toISOString());

function campaignOf(rule: RuleDefinition, moment: Moment, schedules: ScheduleCompiler): Campaign {
  return {
    id: rule.id,
    label: rule.label ?? rule.id,
    state: stateOf(rule, moment.instant),
    on: rule.on ?? null,
    effects: [...new Set(rule.effects.map(({ kind }) => kind))],
    lane: rule.lane ?? null,
    priority: rule.priority,
    from: utc(rule.from),
    until: utc(rule.until),
    schedule: schedules.compile(rule, "")?.standing(moment) ?? null,
  };
}

/** The rules of a version in force, in order of their ids, as they stand at an instant. */
export function* campaignsOf(definition: ProgramDefinition, rules: readonly RuleDefinition[], now: Date): Generator<Campaign> {
  const moment = momentOf(now, definition.timeZone);
  // The version is in force: nothing is wrong with its schedules.
  const schedules = new ScheduleCompiler(definition, []);
  for (const rule of [...rules].sort((a, b) => (a.id < b.id ? -1 : 1))) yield campaignOf(rule, moment, schedules);
}
