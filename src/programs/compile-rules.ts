import type { InputProblem } from "../core/errors.ts";
import { type CompiledRule, compileRule } from "../rules/compiled-rule.ts";
import type { ConditionProblem } from "../rules/conditions/ast.ts";
import { type Condition, compileCondition } from "../rules/conditions/condition.ts";
import type { ConditionScope } from "../rules/conditions/environment.ts";
import { compileLanes } from "../rules/lanes/lane.ts";
import { CompiledSchedule } from "../rules/schedules/compiled-schedule.ts";
import { DaySet } from "../rules/schedules/date-list.ts";
import type { ProgramDefinition } from "./definition.ts";
import { metricsOf, tooManySums } from "./metrics.ts";
import type { RuleDefinition } from "./rule-definition.ts";

/** Line and column of an offset, both from 1, as an editor shows them. */
function positionIn(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function conditionProblem(text: string, pointer: string, { code, detail, range }: ConditionProblem): InputProblem {
  const excerpt = text.slice(range.start, range.end).slice(0, 60);
  const near = excerpt === "" ? "" : ` near "${excerpt}"`;
  return { pointer, code: `condition_${code}`, detail: `${positionIn(text, range.start)}${near}: ${detail}` };
}

type Place = { scope: ConditionScope; metrics: ReadonlySet<string>; pointer: string };

function compileOne(text: string | undefined, { scope, metrics, pointer }: Place, problems: InputProblem[]): Condition | null {
  if (text === undefined) return null;
  const compiled = compileCondition(text, scope, metrics);
  if ("parts" in compiled) return compiled;
  problems.push(conditionProblem(text, pointer, compiled));
  return null;
}

type Calendars = ReadonlyMap<string, DaySet>;

function compileSchedule(
  { schedule, until }: RuleDefinition,
  calendars: Calendars,
  pointer: string,
  problems: InputProblem[],
): CompiledSchedule | null {
  if (schedule === undefined) return null;
  const { calendar } = schedule;
  if (calendar === undefined || calendars.has(calendar)) {
    return new CompiledSchedule(schedule, { calendars, ends: until === undefined ? null : Date.parse(until) });
  }
  problems.push({ pointer: `${pointer}/calendar`, code: "unknown_calendar", detail: `the program has no calendar "${calendar}"` });
  return null;
}

/** Compiles the rules of a program; what is wrong with conditions (with the position in the text) and schedules is in `problems`. */
export function compileRules(definition: Pick<ProgramDefinition, "rules" | "calendars" | "lanes" | "wallets">): {
  rules: CompiledRule[];
  problems: InputProblem[];
} {
  const calendars: Calendars = new Map((definition.calendars ?? []).map(({ id, dates }) => [id, new DaySet(dates)]));
  const lanes = compileLanes(definition.lanes ?? []);
  const metrics = metricsOf(definition);
  const problems: InputProblem[] = [];
  const compiled = definition.rules.map((rule, index) => {
    const scope = rule.on === undefined ? "when" : "event";
    const when = compileOne(rule.when, { scope, metrics, pointer: `/rules/${index}/when` }, problems);
    const lines =
      rule.on === undefined ? compileOne(rule.lines, { scope: "lines", metrics, pointer: `/rules/${index}/lines` }, problems) : null;
    const schedule = compileSchedule(rule, calendars, `/rules/${index}/schedule`, problems);
    const lane = lanes.get(rule.lane ?? "") ?? null;
    return compileRule(rule, { when, lines, schedule, lane });
  });
  problems.push(...tooManySums(compiled));
  return { rules: compiled, problems };
}
