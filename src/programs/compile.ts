import { type InputProblem, LoyaltyError } from "../core/errors.ts";
import { decideEvent, decideOrder } from "../rules/evaluate.ts";
import { explainOrder } from "../rules/index/explain.ts";
import { compileCandidates } from "../rules/limits/candidates.ts";
import { NOTHING_USED } from "../rules/limits/counter.ts";
import { compileMemberDays } from "../rules/member-days.ts";
import { compileRuleSet } from "../rules/rule-set.ts";
import { compileUpcoming } from "../rules/upcoming.ts";
import { windowKeys } from "../tiers/qualification.ts";
import { definitionProblems } from "./check-definition.ts";
import { compileRules } from "./compile-rules.ts";
import type { CompiledProgram } from "./compiled.ts";
import { ProgramDefinition } from "./definition.ts";
import { dataCheckOf } from "./event-data/event-data.ts";
import { sumsOf } from "./metrics.ts";
import { schemaProblems } from "./schema-problems.ts";

const refuse = (problems: readonly InputProblem[]): LoyaltyError =>
  new LoyaltyError("program_invalid", { problems: problems.length }, problems);

/**
 * Reads a program from what a file or a request says, with the defaults filled in.
 * Errors: program_invalid with each problem at its pointer: the shape first, then names that refer to nothing,
 * contradictions, and conditions that do not compile (with line and column in their text).
 */
export function parseProgram(input: unknown): ProgramDefinition {
  const parsed = ProgramDefinition.safeParse(input);
  if (!parsed.success) throw refuse(schemaProblems(parsed.error));
  const problems = [...definitionProblems(parsed.data), ...compileRules(parsed.data).problems];
  if (problems.length > 0) throw refuse(problems);
  return parsed.data;
}

/** Makes a definition ready to decide; done once for a rule-set version. Errors: program_invalid when a condition does not compile. */
export function compileProgram(definition: ProgramDefinition, version: number): CompiledProgram {
  const { rules, coupons, rewardSchedules, problems } = compileRules(definition);
  if (problems.length > 0) throw refuse(problems);
  const judged = [...rules, ...[...coupons.values()].map(({ rule }) => rule)];
  const sums = sumsOf(judged);
  const ruleSet = compileRuleSet(definition, version, { rules, coupons });
  return {
    version,
    definition,
    windows: windowKeys(definition, sums),
    sums,
    readsSegments: judged.some(
      ({ audience, when, lines }) =>
        audience?.segments !== undefined || audience?.exclude !== undefined || when?.readsSegments || lines?.readsSegments,
    ),
    readsProfile: judged.some(({ when, lines, schedule }) => [when, lines, schedule].some((part) => part?.readsProfile)),
    events: new Map((definition.events ?? []).map((event) => [event.type, dataCheckOf(event)])),
    decideEvent: (member, event, now, used = NOTHING_USED) => decideEvent(ruleSet, member, event, { now, used }),
    explainOrder: (decision, cart) => explainOrder(ruleSet, decision, cart),
    decideOrder: (member, cart, now, used = NOTHING_USED) => decideOrder(ruleSet, member, cart, { now, used }),
    memberDaysAt: compileMemberDays(rules, definition.timeZone),
    upcoming: compileUpcoming(rules, definition.timeZone),
    rewardSchedules,
    countersAt: compileCandidates(rules, definition.timeZone),
  };
}
