import type { RuleDefinition } from "../programs/rule-definition.ts";
import type { Condition } from "./conditions/condition.ts";
import type { EffectAction } from "./effects/action.ts";
import { actionOf } from "./effects/index.ts";
import type { CompiledSchedule } from "./schedules/compiled-schedule.ts";

/**
 * When a rule is judged: rules with discounts first, then those that only give points, then those that only take the
 * shipping off. So what looks at `order.net` for points or shipping sees what is left after all discounts.
 */
const STAGES = ["price", "points", "shipping"] as const;
export type Stage = (typeof STAGES)[number];

/** A rule with its conditions compiled and its effects ready to act. Instants in milliseconds. */
export type CompiledRule = {
  id: string;
  label: string;
  stage: Stage;
  priority: number;
  group: string | null;
  isPaused: boolean;
  from: number | null;
  until: number | null;
  schedule: CompiledSchedule | null;
  when: Condition | null;
  lines: Condition | null;
  actions: readonly EffectAction[];
};

const instant = (text: string | undefined): number | null => (text === undefined ? null : Date.parse(text));

/** What the texts and the schedule of a rule were compiled to. */
export type RuleParts = Pick<CompiledRule, "when" | "lines" | "schedule">;

export function compileRule(rule: RuleDefinition, { when, lines, schedule }: RuleParts): CompiledRule {
  const actions = rule.effects.map(actionOf);
  return {
    id: rule.id,
    label: rule.label ?? rule.id,
    stage: STAGES.find((stage) => actions.some(({ touches }) => touches === stage)) ?? "points",
    priority: rule.priority,
    group: rule.group ?? null,
    isPaused: rule.state === "paused",
    from: instant(rule.from),
    until: instant(rule.until),
    schedule,
    when,
    lines,
    actions,
  };
}

/** The order in which rules are judged: by stage, then higher priority first, ties by id. Total, so the file's order says nothing. */
export function byTurn(a: CompiledRule, b: CompiledRule): number {
  if (a.stage !== b.stage) return STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage);
  if (a.priority !== b.priority) return b.priority - a.priority;
  return a.id < b.id ? -1 : 1;
}
