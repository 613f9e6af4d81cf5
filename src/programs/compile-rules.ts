import type { InputProblem } from "../core/errors.ts";
import { type CompiledRule, compileRule } from "../rules/compiled-rule.ts";
import type { CompiledCoupon } from "../rules/coupon-turns.ts";
import { compileLanes } from "../rules/lanes/lane.ts";
import { compileCoupons } from "./compile-coupons.ts";
import { ScheduleCompiler } from "./compile-schedules.ts";
import { compileText } from "./compile-text.ts";
import type { ProgramDefinition } from "./definition.ts";
import { metricsOf, tooManySums } from "./metrics.ts";

/** Compiles the rules of a program and its coupons; what is wrong with conditions (with the position in the text) and schedules is in `problems`. */
export function compileRules(definition: Pick<ProgramDefinition, "rules" | "calendars" | "lanes" | "wallets" | "events" | "coupons">): {
  rules: CompiledRule[];
  coupons: Map<string, CompiledCoupon>;
  problems: InputProblem[];
} {
  const lanes = compileLanes(definition.lanes ?? []);
  const metrics = metricsOf(definition);
  const problems: InputProblem[] = [];
  const schedules = new ScheduleCompiler(definition, problems);
  const compiled = definition.rules.map((rule, index) => {
    const scope = rule.on === undefined ? "when" : "event";
    const when = compileText(rule.when, { scope, metrics, pointer: `/rules/${index}/when` }, problems);
    const lines =
      rule.on === undefined ? compileText(rule.lines, { scope: "lines", metrics, pointer: `/rules/${index}/lines` }, problems) : null;
    const schedule = schedules.compile(rule, `/rules/${index}/schedule`);
    const lane = lanes.get(rule.lane ?? "") ?? null;
    return compileRule(rule, { when, lines, schedule, lane }, definition.wallets[0]?.id ?? "");
  });
  const coupons = compileCoupons(definition, problems);
  problems.push(...tooManySums([...compiled, ...[...coupons.values()].map(({ rule }) => rule)]));
  return { rules: compiled, coupons, problems };
}
