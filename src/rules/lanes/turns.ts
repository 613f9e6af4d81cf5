import { type CompiledRule, isSooner, type Stage } from "../compiled-rule.ts";
import type { Lane } from "./lane.ts";

/** What has its turn at once: a rule, or the rules of a lane of which one wins, in the order in which they are asked. */
export type Turn = { stage: Stage } & ({ rule: CompiledRule } | { lane: Lane; rules: readonly CompiledRule[] });

const hasOneWinner = (rule: CompiledRule): rule is CompiledRule & { lane: Lane } => rule.lane !== null && rule.lane.winner !== "all";

/** By stage, then by lane in the order of the list (rules without one last), then by priority and id. Total, so the order of the file's rules says nothing. */
function byTurn(a: Turn, b: Turn): number {
  if (a.stage !== b.stage) return isSooner(a.stage, b.stage) ? -1 : 1;
  const [placeOfA, placeOfB] = [placeOf(a), placeOf(b)];
  if (placeOfA !== placeOfB) return placeOfA - placeOfB;
  return "rule" in a && "rule" in b ? byPriority(a.rule, b.rule) : 0;
}

const placeOf = (turn: Turn): number => ("lane" in turn ? turn.lane : turn.rule.lane)?.place ?? Number.POSITIVE_INFINITY;

/** Higher priority first, ties by id. */
export function byPriority(a: CompiledRule, b: CompiledRule): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  return a.id < b.id ? -1 : 1;
}

/** The turns of a rule set. A lane with one winner has a single one, where the first of its rules would have it. */
export function turnsOf(rules: readonly CompiledRule[]): Turn[] {
  const contests = Map.groupBy(rules.filter(hasOneWinner), ({ lane }) => lane.id);
  const alone = rules.filter((rule) => !hasOneWinner(rule)).map((rule): Turn => ({ stage: rule.stage, rule }));
  const together = [...contests.values()].flatMap((own): Turn[] => {
    const [first, ...others] = own.toSorted(byPriority);
    if (first === undefined) return [];
    const stage = others.reduce((soonest, { stage: next }) => (isSooner(next, soonest) ? next : soonest), first.stage);
    return [{ stage, lane: first.lane, rules: [first, ...others] }];
  });
  return [...alone, ...together].sort(byTurn);
}
