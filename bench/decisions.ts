import { parseArgs } from "node:util";
import { Engine, type RuleProperties } from "json-rules-engine";
import { compileProgram, parseProgram } from "../src/programs/compile.ts";
import type { CartFacts, MemberFacts } from "../src/rules/decision.ts";
import { benchCart, benchMember, campaigns, peerFacts, peerRules } from "./campaigns.ts";

/**
 * What one decision costs with 10, 100 and 1 000 published campaigns of mixed conditions, and what json-rules-engine takes
 * to say which of the same conditions hold. The sizes take turns in one run, so that what the machine does beside it hits
 * all alike; each figure is the median of the rounds.
 */
const { values } = parseArgs({ options: { rounds: { type: "string", default: "21" }, decisions: { type: "string", default: "300" } } });
const rounds = Number(values.rounds);
const decisions = Number(values.decisions);
const SIZES = [10, 100, 1000];
const NOW = new Date("2026-06-15T10:00:00Z");

type Contender = { name: string; size: number; perDecisionUs: number[]; run(): Promise<void> };

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

function ours(size: number): Contender {
  const definition = parseProgram({
    id: "bench",
    name: "Bench",
    currency: "GBP",
    timeZone: "Europe/London",
    wallets: [{ id: "points" }],
    earning: [{ wallet: "points", points: 1, perAmount: 100 }],
    tiers: [{ id: "regular" }, { id: "silver" }, { id: "gold" }],
    rules: campaigns(size),
  });
  const program = compileProgram(definition, 1);
  const carts: [MemberFacts, CartFacts][] = Array.from({ length: decisions }, (_, n) => [benchMember(n), benchCart(n)]);
  return {
    name: "loyalty-engine",
    size,
    perDecisionUs: [],
    async run() {
      for (const [member, cart] of carts) program.decideOrder(member, cart, NOW);
    },
  };
}

function peer(size: number): Contender {
  const engine = new Engine(peerRules(size) as RuleProperties[], { allowUndefinedFacts: true });
  const few = Math.max(5, Math.round(decisions / size));
  const facts = Array.from({ length: few }, (_, n) => peerFacts(benchMember(n), benchCart(n), NOW));
  return {
    name: "json-rules-engine",
    size,
    perDecisionUs: [],
    async run() {
      for (const own of facts) await engine.run(own);
    },
  };
}

const contenders = SIZES.flatMap((size) => [ours(size), peer(size)]);
for (let round = -3; round < rounds; round += 1) {
  for (const contender of contenders) {
    const count = contender.name === "loyalty-engine" ? decisions : Math.max(5, Math.round(decisions / contender.size));
    const began = performance.now();
    await contender.run();
    if (round >= 0) contender.perDecisionUs.push(((performance.now() - began) * 1000) / count);
  }
}

const first = new Map(
  ["loyalty-engine", "json-rules-engine"].map((name) => [name, median(contenders.find((own) => own.name === name)?.perDecisionUs ?? [])]),
);
console.log("campaigns  engine             µs a decision  of 10 campaigns");
for (const { name, size, perDecisionUs } of contenders) {
  const cost = median(perDecisionUs);
  console.log(
    `${String(size).padStart(9)}  ${name.padEnd(17)}  ${cost.toFixed(1).padStart(13)}  ${(cost / (first.get(name) ?? 1)).toFixed(2).padStart(14)}×`,
  );
}
