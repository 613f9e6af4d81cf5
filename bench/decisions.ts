import { parseArgs } from "node:util";
import { Engine, type RuleProperties } from "json-rules-engine";
import { benchCart, benchMember, peerFacts, peerRules } from "./campaigns.ts";
import { DECIDED_AT, decideCampaigns } from "./decide-campaigns.ts";
import { median } from "./measure/statistics.ts";

/**
 * What one decision costs with 10, 100 and 1 000 published campaigns of mixed conditions, and what json-rules-engine takes
 * to say which of the same conditions hold. The sizes take turns in one run, so that what the machine does beside it hits
 * all alike; each figure is the median of the rounds.
 */
const { values } = parseArgs({ options: { rounds: { type: "string", default: "21" }, decisions: { type: "string", default: "300" } } });
const rounds = Number(values.rounds);
const decisions = Number(values.decisions);
const SIZES = [10, 100, 1000];

type Contender = { name: string; size: number; perDecisionUs: number[]; run(): Promise<void> };

function ours(size: number): Contender {
  const decide = decideCampaigns(size, decisions);
  return { name: "loyalty-engine", size, perDecisionUs: [], run: async () => decide() };
}

function peer(size: number): Contender {
  const engine = new Engine(peerRules(size) as RuleProperties[], { allowUndefinedFacts: true });
  const few = Math.max(5, Math.round(decisions / size));
  const facts = Array.from({ length: few }, (_, n) => peerFacts(benchMember(n), benchCart(n), DECIDED_AT));
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
