import { isoText } from "../core/iso-text.ts";
import { ScheduleCompiler } from "../programs/compile-schedules.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import type { RuleDefinition } from "../programs/rule-definition.ts";
import type { Counter, UsedCounters } from "../rules/limits/counter.ts";
import { compileLimits, type Limit } from "../rules/limits/limit.ts";
import { counterOf } from "../rules/limits/limiter.ts";
import { type Moment, momentOf } from "../rules/schedules/moment.ts";
import { eventTypeOf } from "../rules/trigger.ts";

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
  /** Its budgets and the stock of its gifts in the present period. */
  budgets: BudgetStanding[];
};

/** What of a budget, or of the stock of a gift (`of: gifts`), is used. Points, minor units, orders or units of goods. */
export type BudgetStanding = {
  of: Limit["of"];
  wallet: string | null;
  sku: string | null;
  per: Limit["per"];
  atMost: number;
  used: number;
  left: number;
};

/** A budget with its counter, which says what is used of it. */
type Budget = { limit: Limit; sku: string | null; counter: Counter };

function budgetsOf(rule: RuleDefinition, { wallets, timeZone }: ProgramDefinition, now: Date): Budget[] {
  const { limits, stocks } = compileLimits(rule, wallets[0]?.id ?? "");
  const all = [...limits.map((limit) => ({ limit, sku: null })), ...[...stocks].map(([sku, limit]) => ({ limit, sku }))];
  return all.flatMap(({ limit, sku }) => {
    const counter = counterOf(limit, now, timeZone);
    return counter?.for === "program" ? [{ limit, sku, counter }] : [];
  });
}

/** The counters of the program that say how these rules stand. */
export const countersOf = (definition: ProgramDefinition, rules: readonly RuleDefinition[], now: Date): Counter[] =>
  rules.flatMap((rule) => budgetsOf(rule, definition, now).map(({ counter }) => counter));

function standingOf({ limit, sku, counter }: Budget, counters: UsedCounters): BudgetStanding {
  const { of, wallet, per, atMost } = limit;
  const used = counters.used(counter);
  return { of, wallet, sku, per, atMost, used, left: Math.max(0, atMost - used) };
}

function stateOf({ state, from, until }: RuleDefinition, now: number): CampaignState {
  if (state === "draft" || state === "paused") return state;
  if (until !== undefined && now >= Date.parse(until)) return "ended";
  return from !== undefined && now < Date.parse(from) ? "scheduled" : "active";
}

const utc = (text: string | undefined): string | null => (text === undefined ? null : isoText(Date.parse(text)));

/** A rule as it stands at a moment, but for what is used of its budgets. */
function campaignOf(rule: RuleDefinition, moment: Moment, schedules: ScheduleCompiler): Omit<Campaign, "budgets"> {
  return {
    id: rule.id,
    label: rule.label ?? rule.id,
    state: stateOf(rule, moment.instant),
    on: eventTypeOf(rule.on),
    effects: [...new Set(rule.effects.map(({ kind }) => kind))],
    lane: rule.lane ?? null,
    priority: rule.priority,
    from: utc(rule.from),
    until: utc(rule.until),
    schedule: schedules.compile(rule, "")?.standing(moment) ?? null,
  };
}

export type RuleAtMoment = { rule: RuleDefinition; campaign: Omit<Campaign, "budgets"> };

/** The rules of a version in force, in order of their ids, as they stand at an instant. */
export function* campaignsOf(definition: ProgramDefinition, rules: readonly RuleDefinition[], now: Date): Generator<RuleAtMoment> {
  const moment = momentOf(now, definition.timeZone);
  // The version is in force: nothing is wrong with its schedules.
  const schedules = new ScheduleCompiler(definition, []);
  for (const rule of [...rules].sort((a, b) => (a.id < b.id ? -1 : 1))) yield { rule, campaign: campaignOf(rule, moment, schedules) };
}

/** A campaign with what is used of its budgets; `counters` knows those that `countersOf` names. */
export const withBudgets = (
  { rule, campaign }: RuleAtMoment,
  definition: ProgramDefinition,
  now: Date,
  counters: UsedCounters,
): Campaign => ({
  ...campaign,
  budgets: budgetsOf(rule, definition, now).map((budget) => standingOf(budget, counters)),
});
