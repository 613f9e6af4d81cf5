import type { RuleDefinition } from "../programs/rule-definition.ts";
import type { Audience } from "./audience/audience.ts";
import type { Condition } from "./conditions/condition.ts";
import type { PointsTerms } from "./decision.ts";
import type { EffectAction } from "./effects/action.ts";
import { actionOf } from "./effects/index.ts";
import { type Demand, demandsOf } from "./index/demands.ts";
import type { Lane } from "./lanes/lane.ts";
import { compileLimits, type RuleLimits } from "./limits/limit.ts";
import type { CompiledSchedule } from "./schedules/compiled-schedule.ts";
import { eventTypeOf } from "./trigger.ts";

/**
 * When a rule is judged: rules with discounts first, then those that only give points, then those that only take the
 * shipping off. So what looks at `order.net` for points or shipping sees what is left after all discounts.
 */
const STAGES = ["price", "points", "shipping"] as const;
export type Stage = (typeof STAGES)[number];

export const isSooner = (a: Stage, b: Stage): boolean => STAGES.indexOf(a) < STAGES.indexOf(b);

/** A rule with its conditions compiled and its effects ready to act. Instants in milliseconds. */
export type CompiledRule = RuleLimits & {
  id: string;
  label: string;
  /** The type of event that it is judged on; null is orders. */
  on: string | null;
  stage: Stage;
  priority: number;
  group: string | null;
  lane: Lane | null;
  /** What its discounts are computed on. */
  stacking: "left" | "list";
  /** Of a coupon at its turn. */
  code?: string;
  isPaused: boolean;
  from: number | null;
  until: number | null;
  /** How many local days ahead its starts are announced; null is not at all. */
  announcedDaysAhead: number | null;
  audience: Audience | null;
  schedule: CompiledSchedule | null;
  when: Condition | null;
  lines: Condition | null;
  /** What its conditions demand of an order, by which it is found. */
  demands: readonly Demand[];
  actions: readonly EffectAction[];
  /** When its points become available and expire; undefined leaves that to their wallets. */
  pointsTerms: PointsTerms | undefined;
};

const instant = (text: string | undefined): number | null => (text === undefined ? null : Date.parse(text));

/** What the texts, the schedule and the lane of a rule were compiled to. */
export type RuleParts = Pick<CompiledRule, "when" | "lines" | "schedule" | "lane">;

/** `firstWallet` is that of limits on points that name none. */
export function compileRule(rule: RuleDefinition, { when, lines, schedule, lane }: RuleParts, firstWallet: string): CompiledRule {
  const actions = rule.effects.map(actionOf);
  return {
    id: rule.id,
    label: rule.label ?? rule.id,
    on: eventTypeOf(rule.on),
    stage: STAGES.find((stage) => actions.some(({ touches }) => touches === stage)) ?? "points",
    priority: rule.priority,
    group: rule.group ?? null,
    lane,
    stacking: rule.stacking ?? "left",
    isPaused: rule.state === "paused" || rule.state === "draft",
    from: instant(rule.from),
    until: instant(rule.until),
    announcedDaysAhead: rule.announce?.daysAhead ?? null,
    audience: rule.audience ?? null,
    schedule,
    when,
    lines,
    demands: demandsOf(when, lines),
    actions,
    pointsTerms: rule.pointsTerms,
    ...compileLimits(rule, firstWallet),
  };
}
