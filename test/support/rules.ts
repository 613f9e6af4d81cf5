import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { compileProgram, parseProgram } from "../../src/programs/compile.ts";
import type { CompiledProgram } from "../../src/programs/compiled.ts";
import type { CartFacts, Decision, LineFacts, MemberFacts } from "../../src/rules/decision.ts";

/** With decisions that say of each rule what it gave or why not: what the trace leaves out is added, as for who asks for an explanation. */
function compiled(input: unknown): CompiledProgram {
  const program = compileProgram(parseProgram(input), 1);
  return {
    ...program,
    decideOrder(member, cart, now, used) {
      const decision = program.decideOrder(member, cart, now, used);
      return { ...decision, trace: program.explainOrder(decision, cart) };
    },
  };
}

/** A program of `examples/programs`, compiled; `change` may alter the file's content first. */
export function exampleProgram(name: string, change: (file: Record<string, unknown>) => void = () => {}): CompiledProgram {
  const file: Record<string, unknown> = parse(readFileSync(new URL(`../../examples/programs/${name}.yaml`, import.meta.url), "utf8"));
  change(file);
  return compiled(file);
}

/** The smallest program: one wallet that earns 1 point for 100, one tier, and what a test adds. */
export function programInput(over: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: "test",
    name: "Test",
    currency: "CNY",
    timeZone: "Asia/Shanghai",
    wallets: [{ id: "points" }],
    earning: [{ wallet: "points", points: 1, perAmount: 100 }],
    tiers: [{ id: "regular" }],
    ...over,
  };
}

export const programOf = (over: Record<string, unknown> = {}): CompiledProgram => compiled(programInput(over));

/** A program whose only rule has this condition and gives one bonus point. */
export const programWhen = (when: string): CompiledProgram =>
  programOf({ rules: [{ id: "rule", when, effects: [{ kind: "bonus_points", wallet: "points", points: 1 }] }] });

export const member = (over: Partial<MemberFacts> = {}): MemberFacts => ({
  id: "m-1",
  status: "active",
  tier: "regular",
  tierSince: new Date("2026-01-01T00:00:00Z"),
  enrolledAt: new Date("2026-01-01T00:00:00Z"),
  attributes: {},
  sums: {},
  segments: [],
  ...over,
});

export const line = (number: number, unitPrice: number, over: Partial<LineFacts> = {}): LineFacts => ({
  line: number,
  sku: `sku-${number}`,
  quantity: 1,
  unitPrice,
  tax: 0,
  attributes: {},
  ...over,
});

/** A cart of one line for each price, or of the lines themselves. */
export function cart(lines: readonly (number | LineFacts)[], over: Partial<CartFacts> = {}): CartFacts {
  return {
    currency: "CNY",
    pricing: "engine",
    shipping: 1000,
    attributes: {},
    ...over,
    lines: lines.map((item, index) => (typeof item === "number" ? line(index + 1, item) : item)),
  };
}

export const AT = new Date("2026-03-15T04:00:00Z");

export const pointsIn = (decision: Decision, wallet = "points"): number | undefined =>
  decision.accruals.find((accrual) => accrual.wallet === wallet)?.points;

/** The trace of one rule. */
export function traceOf(decision: Decision, rule: string): Decision["trace"][number] {
  const trace = decision.trace.find((entry) => entry.rule === rule);
  if (trace === undefined) throw new Error(`no trace of rule ${rule}`);
  return trace;
}
