import type { InputProblem } from "../core/errors.ts";
import { COMPARED_RULES_MAX } from "../rules/lanes/lane-definition.ts";
import type { ProgramDefinition } from "./definition.ts";

/** Rules in lanes that the program does not have, and lanes with more rules than can be compared on each order. */
export function* laneProblems({ lanes = [], rules }: ProgramDefinition): Generator<InputProblem> {
  const members = new Map(lanes.map(({ id }) => [id, 0]));
  for (const [index, { lane }] of rules.entries()) {
    if (lane === undefined) continue;
    const count = members.get(lane);
    if (count === undefined) yield { pointer: `/rules/${index}/lane`, code: "unknown_lane", detail: `the program has no lane "${lane}"` };
    else members.set(lane, count + 1);
  }
  for (const [index, { id, winner }] of lanes.entries()) {
    const count = members.get(id) ?? 0;
    if ((winner !== "best_for_member" && winner !== "least_cost") || count <= COMPARED_RULES_MAX) continue;
    const detail = `"${id}" compares ${count} rules; at most ${COMPARED_RULES_MAX} can be compared`;
    yield { pointer: `/lanes/${index}/winner`, code: "lane_too_large", detail };
  }
}
