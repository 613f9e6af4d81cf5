import type { InputProblem } from "../core/errors.ts";
import { type CompiledRule, compileRule } from "../rules/compiled-rule.ts";
import type { ConditionScope } from "../rules/conditions/environment.ts";
import type { CompiledCoupon } from "../rules/coupon-turns.ts";
import { compileLanes } from "../rules/lanes/lane.ts";
import type { CompiledSchedule } from "../rules/schedules/compiled-schedule.ts";
import type { Trigger } from "../rules/trigger.ts";
import { compileCoupons } from "./compile-coupons.ts";
import { ScheduleCompiler } from "./compile-schedules.ts";
import { compileText } from "./compile-text.ts";
import type { ProgramDefinition } from "./definition.ts";
import { metricsOf, tooManySums } from "./metrics.ts";

type Sources = Pick<ProgramDefinition, "rules" | "rewards" | "calendars" | "lanes" | "wallets" | "events" | "coupons">;

const scopeOf = (on: Trigger | undefined): ConditionScope => (on === undefined ? "when" : typeof on === "string" ? "event" : "day");

/** Compiles the rules of a program, its coupons and the schedules of its rewards; what is wrong with conditions (with the position in the text) and schedules is in `problems`. */
export function compileRules(definition: Sources): {
  rules: CompiledRule[];
  coupons: Map<string, CompiledCoupon>;
  rewardSchedules: Map<string, CompiledSchedule>;
  problems: InputProblem[];
} {
  const lanes = compileLanes(definition.lanes ?? []);
  const metrics = metricsOf(definition);
  const problems: InputProblem[] = [];
  const schedules = new ScheduleCompiler(definition, problems);
  const compiled = definition.rules.map((rule, index) => {
    const when = compileText(rule.when, { scope: scopeOf(rule.on), metrics, pointer: `/rules/${index}/when` }, problems);
    const lines =
      rule.on === undefined ? compileText(rule.lines, { scope: "lines", metrics, pointer: `/rules/${index}/lines` }, problems) : null;
    const schedule = schedules.compile(rule, `/rules/${index}/schedule`);
    const lane = lanes.get(rule.lane ?? "") ?? null;
    return compileRule(rule, { when, lines, schedule, lane }, definition.wallets[0]?.id ?? "");
  });
  const rewardSchedules = new Map<string, CompiledSchedule>();
  for (const [index, reward] of (definition.rewards ?? []).entries()) {
    const schedule = schedules.compile(reward, `/rewards/${index}/schedule`);
    if (schedule !== null) rewardSchedules.set(reward.id, schedule);
  }
  const coupons = compileCoupons(definition, problems);
  problems.push(...tooManySums([...compiled, ...[...coupons.values()].map(({ rule }) => rule)]));
  return { rules: compiled, coupons, rewardSchedules, problems };
}
