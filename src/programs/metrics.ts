import type { InputProblem } from "../core/errors.ts";
import type { WindowKey } from "../core/metric-window.ts";
import type { CompiledRule } from "../rules/compiled-rule.ts";
import type { ProgramDefinition } from "./definition.ts";

/** Each sum is kept running for each member. */
const SUMS_MAX = 100;

/** What is counted of each member by local day: net spend in minor units, orders, accruals less clawbacks of each wallet, and events of each type. */
export const metricsOf = ({ wallets, events = [] }: Pick<ProgramDefinition, "wallets" | "events">): ReadonlySet<string> =>
  new Set(["spend", "orders", ...wallets.map(({ id }) => `points:${id}`), ...events.map(({ type }) => `events:${type}`)]);

/** The sums that the conditions of some rules read, each once. */
export function sumsOf(rules: readonly Pick<CompiledRule, "when" | "lines">[]): WindowKey[] {
  const read = rules.flatMap(({ when, lines }) => [...(when?.sums ?? []), ...(lines?.sums ?? [])]);
  return [...new Map(read.map((sum) => [sum.key, sum])).values()];
}

export function* tooManySums(rules: readonly Pick<CompiledRule, "when" | "lines">[]): Generator<InputProblem> {
  const { length } = sumsOf(rules);
  if (length <= SUMS_MAX) return;
  const detail = `conditions look at ${length} different metrics and windows; the limit is ${SUMS_MAX}`;
  yield { pointer: "/rules", code: "too_many_metrics", detail };
}
