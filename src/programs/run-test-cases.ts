import { type InputProblem, LoyaltyError } from "../core/errors.ts";
import type { CartFacts, Decision, MemberFacts } from "../rules/decision.ts";
import { numberOfLine } from "./check-test-cases.ts";
import type { CompiledProgram } from "./compiled.ts";
import type { ProgramDefinition } from "./definition.ts";
import { describeEffects, describePoints, describePrice, describeRule } from "./describe-decision.ts";
import type { TestCase } from "./test-case.ts";

/**
 * Decides the test cases of a program's file, one a step, and yields what each expects and does not get, at its pointer.
 * Pure; a caller that serves requests beside it may pause between the steps.
 */
export function* runTestCases({ definition, decideOrder }: CompiledProgram): Generator<InputProblem[]> {
  for (const [index, testCase] of (definition.tests ?? []).entries()) {
    const pointer = `/tests/${index}`;
    yield outcomeOf(
      () => decideOrder(memberOf(testCase, definition), cartOf(testCase, definition), new Date(testCase.at)),
      testCase,
      pointer,
    );
  }
}

function outcomeOf(decide: () => Decision, { name, expect }: TestCase, pointer: string): InputProblem[] {
  const failed = (at: string, detail: string): InputProblem => ({
    pointer: pointer + at,
    code: "test_failed",
    detail: `${name}: ${detail}`,
  });
  try {
    return [...failuresOf(decide(), expect)].map(([at, detail]) => failed(`/expect/${at}`, detail));
  } catch (error) {
    // A cart that the rules refuse is a case that cannot come out; anything else is a defect.
    if (!(error instanceof LoyaltyError)) throw error;
    return [failed("/order", error.message)];
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

function memberOf({ member, at }: TestCase, { tiers }: ProgramDefinition): MemberFacts {
  const { attributes, birthDate, joinedAt = at } = member;
  return {
    id: "test-case",
    status: "active",
    tier: member.tier ?? tiers[0]?.id ?? "",
    tierSince: new Date(member.tierSince ?? joinedAt),
    enrolledAt: new Date(joinedAt),
    attributes,
    ...(birthDate !== undefined && { birthDate }),
  };
}

function cartOf({ order }: TestCase, { currency }: ProgramDefinition): CartFacts {
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
