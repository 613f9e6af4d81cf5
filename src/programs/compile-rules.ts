import type { InputProblem } from "../core/errors.ts";
import { type CompiledRule, compileRule } from "../rules/compiled-rule.ts";
import { type Condition, compileCondition } from "../rules/conditions/condition.ts";
import type { ConditionScope } from "../rules/conditions/environment.ts";
import { compileLanes } from "../rules/lanes/lane.ts";
import { ScheduleCompiler } from "./compile-schedules.ts";
import type { ProgramDefinition } from "./definition.ts";
import { metricsOf, tooManySums } from "./metrics.ts";
import { textProblem } from "./text-problem.ts";

type Place = { scope: ConditionScope; metrics: ReadonlySet<string>; pointer: string };

function compileOne(text: string | undefined, { scope, metrics, pointer }: Place, problems: InputProblem[]): Condition | null {
  if (text === undefined) return null;
  const compiled = compileCondition(text, scope, metrics);
  if ("parts" in compiled) return compiled;
  problems.push(textProblem(text, pointer, { ...compiled, code: `condition_${compiled.code}` }));
  return null;
}

/** Compiles the rules of a program; what is wrong with conditions (with the position in the text) and schedules is in `problems`. */
export function compileRules(definition: Pick<ProgramDefinition, "rules" | "calendars" | "lanes" | "wallets">): {
  rules: CompiledRule[];
  problems: InputProblem[];
} {
  const lanes = compileLanes(definition.lanes ?? []);
  const metrics = metricsOf(definition);
  const problems: InputProblem[] = [];
  const schedules = new ScheduleCompiler(definition, problems);
  const compiled = definition.rules.map((rule, index) => {
    const scope = rule.on === undefined ? "when" : "event";
    const when = compileOne(rule.when, { scope, metrics, pointer: `/rules/${index}/when` }, problems);
    const lines =
      rule.on === undefined ? compileOne(rule.lines, { scope: "lines", metrics, pointer: `/rules/${index}/lines` }, problems) : null;
    const schedule = schedules.compile(rule, `/rules/${index}/schedule`);
    const lane = lanes.get(rule.lane ?? "") ?? null;
    return compileRule(rule, { when, lines, schedule, lane }, definition.wallets[0]?.id ?? "");
  });
  problems.push(...tooManySums(compiled));
  return { rules: compiled, problems };
}
