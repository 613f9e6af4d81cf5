import { type Random, seededRandom } from "../../examples/demo/random.ts";
import { LoyaltyError } from "../../src/core/errors.ts";
import { compileProgram, parseProgram } from "../../src/programs/compile.ts";
import type { CompiledProgram } from "../../src/programs/compiled.ts";
import { runTestCases } from "../../src/programs/run-test-cases.ts";
import type { CartFacts, Decision } from "../../src/rules/decision.ts";
import { randomCart, randomEventData, randomMember, randomMoment } from "./carts.ts";
import { flawsOfDecision } from "./invariants.ts";
import { flawsOfRefusal, refusalOf } from "./refusals.ts";
import { type RuleFile, randomRuleFile } from "./rule-file.ts";

/** A thing that must not happen, and the file (and order) of the seed that it happened with. */
export type Finding = { file: number; order?: number; what: string };
export type Slowest = { milliseconds: number; file: number; order: number };
export type HuntReport = { files: number; accepted: number; decisions: number; refused: number; findings: Finding[]; slowest: Slowest };

export type HuntOptions = { seed: number; first?: number; count: number; orders: number };

/** The random numbers of one file: the same whichever files are hunted before it. */
export const randomOf = (seed: number, file: number) => seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(file + 1, 0x85ebca6b));

const EVENT_SHARE = 0.2;
const NO_CART: CartFacts = { currency: "CNY", pricing: "engine", shipping: 0, attributes: {}, lines: [] };
const SLOW_MS = 20;
/** Files for which orders are decided ahead, since the last ones may be refused. */
const AHEAD = 5;

/**
 * Throws generated rule files and orders at the rules, without a service: every file compiles or is refused with places
 * and reasons, every order is decided without a flaw or refused, and nothing else is ever thrown.
 */
export function huntRules({ seed, first = 0, count, orders }: HuntOptions): HuntReport {
  const report: HuntReport = {
    files: 0,
    accepted: 0,
    decisions: 0,
    refused: 0,
    findings: [],
    slowest: { milliseconds: 0, file: 0, order: 0 },
  };
  for (let file = first; file < first + count; file += 1) {
    const random = randomOf(seed, file);
    report.files += 1;
    try {
      const program = accepted(randomRuleFile(`hunt-${file}`, random), report, file);
      if (program === null) continue;
      report.accepted += 1;
      // What refused files leave undecided falls to the next; the n-th order of a file is the same however many it gets.
      const due = Math.ceil((orders * (file - first + 1 + AHEAD)) / count) - report.decisions;
      for (let order = 0; order < due; order += 1) decideOne(program, { random, report, file, order });
    } catch (error) {
      report.findings.push({ file, what: stackOf(error) });
    }
  }
  return report;
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

function accepted(input: RuleFile, { findings }: HuntReport, file: number): CompiledProgram | null {
  let program: CompiledProgram | null = null;
  const refusal = refusalOf(() => {
    program = compileProgram(parseProgram(structuredClone(input)), 1);
  });
  if (refusal !== null) for (const what of flawsOfRefusal(refusal, input)) findings.push({ file, what });
  if (program === null) return null;
  for (const failures of runTestCases(program)) {
    for (const what of flawsOfRefusal({ code: "program_invalid", errors: failures }, input)) {
      if (failures.length > 0) findings.push({ file, what });
    }
  }
  return program;
}

type Turn = { random: Random; report: HuntReport; file: number; order: number };

/** An order, or now and then an event of a type that the program declares. */
function decisionOf(program: CompiledProgram, random: Random): { decide: () => Decision; cart: CartFacts } {
  const now = randomMoment(random);
  const member = randomMember(random, now, program.sums);
  const [type] = random.chance(EVENT_SHARE) ? [...program.events.keys()] : [];
  const data = randomEventData(random);
  if (type !== undefined && program.events.get(type)?.(data).length === 0) {
    return { decide: () => program.decideEvent(member, { id: "hunted", type, data }, now), cart: NO_CART };
  }
  const cart = randomCart(random);
  return { decide: () => program.decideOrder(member, cart, now), cart };
}

function decideOne(program: CompiledProgram, { random, report, file, order }: Turn): void {
  report.decisions += 1;
  try {
    const { decide, cart } = decisionOf(program, random);
    const began = performance.now();
    const decision = decide();
    const milliseconds = confirmed(performance.now() - began, decide);
    if (milliseconds > report.slowest.milliseconds) report.slowest = { milliseconds, file, order };
    for (const what of flawsOfDecision(decision, cart)) report.findings.push({ file, order, what });
  } catch (error) {
    if (error instanceof LoyaltyError && error.code === "amount_out_of_range") report.refused += 1;
    else report.findings.push({ file, order, what: stackOf(error) });
  }
}

/** A slow decision is measured again, and its fastest time counts: a machine that does other things too is not a slow rule. */
function confirmed(measured: number, decide: () => unknown): number {
  let fastest = measured;
  for (let again = 0; again < 4 && fastest > SLOW_MS; again += 1) {
    const began = performance.now();
    decide();
    fastest = Math.min(fastest, performance.now() - began);
  }
  return fastest;
}
