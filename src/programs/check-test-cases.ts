import type { InputProblem } from "../core/errors.ts";
import { parseWindowKey } from "../core/metric-window.ts";
import { compileLimits } from "../rules/limits/limit.ts";
import type { ProgramDefinition } from "./definition.ts";
import { metricsOf } from "./metrics.ts";
import type { TestCase } from "./test-case.ts";

type Order = NonNullable<TestCase["order"]>;

/** A line's number, or its place in the list. */
export const numberOfLine = ({ line }: Order["lines"][number], index: number): number => line ?? index + 1;

function* lineProblems({ pricing, lines }: Order, pointer: string): Generator<InputProblem> {
  const seen = new Set<number>();
  for (const [index, line] of lines.entries()) {
    const at = `${pointer}/lines/${index}`;
    const number = numberOfLine(line, index);
    if (seen.has(number)) yield { pointer: at, code: "repeated", detail: `line ${number} stands here twice` };
    seen.add(number);
    if ((line.paid !== undefined) !== (pricing === "asPaid")) {
      yield { pointer: `${at}/paid`, code: "paid_and_pricing", detail: "`paid` is given exactly when `pricing` is `asPaid`" };
    }
    const price = line.paid ?? line.quantity * line.unitPrice;
    if (line.tax > price) yield { pointer: `${at}/tax`, code: "tax_above_price", detail: `is included in the line's price (${price})` };
  }
}

function* metricProblems(keys: readonly string[], metrics: ReadonlySet<string>, pointer: string): Generator<InputProblem> {
  for (const key of keys) {
    const metric = parseWindowKey(key)?.metric;
    if (metric !== undefined && metrics.has(metric)) continue;
    const detail = `"${key}" is no metric with a window, such as spend@365d; the program has ${[...metrics].join(", ")}`;
    yield { pointer: `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`, code: "unknown_metric", detail };
  }
}

/** Uses of rules that the program does not have, or that count nothing of the kind. */
function* useProblems(used: TestCase["used"], rules: ProgramDefinition["rules"], pointer: string): Generator<InputProblem> {
  for (const [index, { rule: id, of }] of (used ?? []).entries()) {
    const rule = rules.find((candidate) => candidate.id === id);
    if (rule === undefined) {
      yield { pointer: `${pointer}/${index}/rule`, code: "unknown_rule", detail: `the program has no rule "${id}"` };
      continue;
    }
    const { limits, stocks } = compileLimits(rule, "");
    const isCounted = of === "gifts" ? stocks.size > 0 : limits.some((limit) => limit.of === of && limit.for !== "order");
    if (!isCounted) yield { pointer: `${pointer}/${index}/of`, code: "not_counted", detail: `no limit of "${id}" counts ${of}` };
  }
}

/** Names in test cases that refer to nothing, carts that no order could have, and cases that expect nothing. */
export function* testCaseProblems({ tests = [], tiers, wallets, events = [], rules }: ProgramDefinition): Generator<InputProblem> {
  const known = {
    tier: new Set(tiers.map(({ id }) => id)),
    wallet: new Set(wallets.map(({ id }) => id)),
    event: new Set(events.map(({ type }) => type)),
    rule: new Set([...rules.map(({ id }) => id), ...tiers.map(({ id }) => `tier:${id}`)]),
  };
  const metrics = metricsOf({ wallets, events });
  const check = (noun: keyof typeof known, id: string, pointer: string): InputProblem[] =>
    known[noun].has(id) ? [] : [{ pointer, code: `unknown_${noun}`, detail: `the program has no ${noun} "${id}"` }];

  const names = new Set<string>();
  for (const [index, { name, member, used, order, event, day, expect }] of tests.entries()) {
    const pointer = `/tests/${index}`;
    if (names.has(name)) yield { pointer: `${pointer}/name`, code: "repeated", detail: `"${name}" stands here twice` };
    names.add(name);
    if (member.tier !== undefined) yield* check("tier", member.tier, `${pointer}/member/tier`);
    yield* metricProblems(Object.keys(member.metrics ?? {}), metrics, `${pointer}/member/metrics`);
    if ([order, event, day].filter((decided) => decided !== undefined).length !== 1) {
      yield { pointer, code: "order_or_event", detail: "a test case has either an `order`, an `event` or a `day`" };
    }
    yield* useProblems(used, rules, `${pointer}/used`);
    if (order !== undefined) yield* lineProblems(order, `${pointer}/order`);
    if (event !== undefined) yield* check("event", event.type, `${pointer}/event/type`);
    if (Object.keys(expect).length === 0) {
      yield { pointer: `${pointer}/expect`, code: "expects_nothing", detail: "a test case says what it expects" };
    }
    for (const wallet of Object.keys(expect.points ?? {})) yield* check("wallet", wallet, `${pointer}/expect/points/${wallet}`);
    for (const list of ["matched", "notMatched"] as const) {
      for (const [at, rule] of (expect[list] ?? []).entries()) yield* check("rule", rule, `${pointer}/expect/${list}/${at}`);
    }
  }
}
