import { assert } from "../core/assert.ts";
import { calendarDay } from "../core/calendar-day.ts";
import { type InputProblem, LoyaltyError } from "../core/errors.ts";
import { dayStart, localDay } from "../core/period.ts";
import type { CartFacts, Decision, MemberFacts } from "../rules/decision.ts";
import type { UsedCounters } from "../rules/limits/counter.ts";
import { isCounterOf } from "../rules/limits/limit.ts";
import { fallsOn } from "../rules/member-days.ts";
import { eventTypeOfDay } from "../rules/trigger.ts";
import { numberOfLine } from "./check-test-cases.ts";
import type { CompiledProgram } from "./compiled.ts";
import type { ProgramDefinition } from "./definition.ts";
import { describeEffects, describePoints, describePrice, describeRule } from "./describe-decision.ts";
import type { TestCase } from "./test-case.ts";

/**
 * Decides the test cases of a program's file, one a step, and yields what each expects and does not get, at its pointer.
 * Pure; a caller that serves requests beside it may pause between the steps.
 */
export function* runTestCases(program: CompiledProgram): Generator<InputProblem[]> {
  for (const [index, testCase] of (program.definition.tests ?? []).entries()) {
    const pointer = `/tests/${index}`;
    const { event, name } = testCase;
    const wrongData = event === undefined ? [] : (program.events.get(event.type)?.(event.data) ?? []);
    if (isOfNobody(testCase, program.definition)) yield [failed(name, `${pointer}/day`, "is not on that day of the member")];
    else if (wrongData.length === 0) yield outcomeOf(() => decide(program, testCase), testCase, pointer);
    else yield wrongData.map((problem) => failed(name, `${pointer}/event/data${problem.pointer}`, problem.detail));
  }
}

/** Whether a case asks for a day that is another one of its member. */
function isOfNobody(testCase: TestCase, definition: ProgramDefinition): boolean {
  const { day, at } = testCase;
  const { timeZone } = definition;
  return day !== undefined && !fallsOn(day, calendarDay(localDay(new Date(at), timeZone)), memberOf(testCase, definition, []), timeZone);
}

function decide({ definition, sums, decideEvent, decideOrder, explainOrder }: CompiledProgram, testCase: TestCase): Decision {
  const { event, order, day } = testCase;
  const member = memberOf(testCase, definition, sums);
  const at = new Date(testCase.at);
  if (day !== undefined) {
    const begins = dayStart(localDay(at, definition.timeZone), definition.timeZone);
    return decideEvent(member, { id: "test-case", type: eventTypeOfDay(day), data: {} }, begins, usedBefore(testCase));
  }
  if (event !== undefined) return decideEvent(member, { id: "test-case", ...event }, at, usedBefore(testCase));
  assert(order, "a test case that was checked has an order, an event or a day");
  const cart = cartOf(order, definition);
  const decision = decideOrder(member, cart, at, usedBefore(testCase));
  return { ...decision, trace: explainOrder(decision, cart) };
}

/** What the case says is used of the counters of a rule, for the member and the program alike. */
const usedBefore = ({ used = [] }: TestCase): UsedCounters => ({
  used: ({ key }) => used.findLast((use) => isCounterOf(key, use))?.amount ?? 0,
});

const failed = (name: string, pointer: string, detail: string): InputProblem => ({
  pointer,
  code: "test_failed",
  detail: `${name}: ${detail}`,
});

function outcomeOf(run: () => Decision, { name, event, day, expect }: TestCase, pointer: string): InputProblem[] {
  try {
    return [...failuresOf(run(), expect)].map(([at, detail]) => failed(name, `${pointer}/expect/${at}`, detail));
  } catch (error) {
    // A cart that the rules refuse is a case that cannot come out; anything else is a defect.
    if (!(error instanceof LoyaltyError)) throw error;
    return [failed(name, `${pointer}/${day !== undefined ? "day" : event === undefined ? "order" : "event"}`, error.message)];
  }
}

type Failure = [at: string, detail: string];

function* failuresOf(decision: Decision, expect: TestCase["expect"]): Generator<Failure> {
  const { totals, accruals, trace, effects } = decision;
  for (const total of ["discount", "net", "shipping", "payable"] as const) {
    if (expect[total] !== undefined && expect[total] !== totals[total]) {
      const why = total === "shipping" ? describeEffects(effects) : describePrice(decision);
      yield [total, `expected ${expect[total]}, got ${totals[total]}: ${why}`];
    }
  }
  for (const [wallet, points] of Object.entries(expect.points ?? {})) {
    const got = accruals.find((accrual) => accrual.wallet === wallet)?.points ?? 0;
    if (got !== points) yield [`points/${wallet}`, `expected ${points}, got ${got}: ${describePoints(decision, wallet)}`];
  }
  if (expect.effects !== undefined && !areSameEffects(expect.effects, effects)) {
    yield ["effects", `expected ${describeEffects(expect.effects)}, got ${describeEffects(effects)}`];
  }
  const hasMatched = (rule: string) => trace.some((entry) => entry.rule === rule && entry.matched);
  for (const [index, rule] of (expect.matched ?? []).entries()) {
    if (!hasMatched(rule)) yield [`matched/${index}`, `${rule} did not apply: ${describeRule(decision, rule)}`];
  }
  for (const [index, rule] of (expect.notMatched ?? []).entries()) {
    if (hasMatched(rule)) yield [`notMatched/${index}`, `${rule} applied: ${describeRule(decision, rule)}`];
  }
}

type Fields = Record<string, unknown>;

/** Whether each effect stands for one that is expected and none is left over, whatever their order. */
function areSameEffects(expected: readonly Fields[], given: readonly Fields[]): boolean {
  const left = [...given];
  // Those that name most go first, so that a vague one does not take what only a precise one fits.
  for (const effect of expected.toSorted((a, b) => Object.keys(b).length - Object.keys(a).length)) {
    const found = left.findIndex((candidate) => fits(candidate, effect));
    if (found === -1) return false;
    left.splice(found, 1);
  }
  return left.length === 0;
}

const fits = (effect: Fields, expected: Fields): boolean =>
  Object.entries(expected).every(([field, value]) => JSON.stringify(effect[field]) === JSON.stringify(value));

function memberOf({ member, at }: TestCase, { tiers }: ProgramDefinition, sums: CompiledProgram["sums"]): MemberFacts {
  const { attributes, birthDate, joinedAt = at, metrics = {}, segments = [] } = member;
  return {
    id: "test-case",
    status: "active",
    tier: member.tier ?? tiers[0]?.id ?? "",
    tierSince: new Date(member.tierSince ?? joinedAt),
    enrolledAt: new Date(joinedAt),
    attributes,
    segments,
    sums: Object.fromEntries(sums.map(({ key }) => [key, metrics[key] ?? 0])),
    ...(birthDate !== undefined && { birthDate }),
  };
}

function cartOf(order: NonNullable<TestCase["order"]>, { currency }: ProgramDefinition): CartFacts {
  const { pricing, shipping, channel, country, attributes } = order;
  return {
    currency,
    pricing,
    shipping,
    attributes,
    ...(channel !== undefined && { channel }),
    ...(country !== undefined && { country }),
    lines: order.lines.map(({ name, category, paid, ...line }, index) => ({
      ...line,
      line: numberOfLine({ ...line, name, category, paid }, index),
      ...(name !== undefined && { name }),
      ...(category !== undefined && { category }),
      ...(paid !== undefined && { paid }),
    })),
  };
}
