import type { Random } from "../../examples/demo/random.ts";
import { parseProgram } from "../../src/programs/compile.ts";
import { programJsonSchema } from "../../src/programs/json-schema.ts";
import { breakJson } from "./break-json.ts";
import { brokenCondition, randomCondition } from "./conditions.ts";
import { type Hints, type Schema, SchemaSampler } from "./from-schema.ts";
import { refusalOf } from "./refusals.ts";

export type RuleFile = Record<string, unknown> & { rules: unknown[] };

const ZONES = ["Asia/Shanghai", "Europe/London", "America/New_York", "Australia/Lord_Howe", "UTC"];
export const SKUS = ["lamp", "socks", "满减", "x".repeat(128)];

/** Names that refer to something, so that most of what is generated is good. */
const hints: Hints = (name, random) => {
  switch (name) {
    case "wallet":
      return random.pick(["points", "points", "status"]);
    case "tier":
      return random.pick(["regular", "silver", "gold"]);
    case "sku":
      return random.pick(SKUS);
    case "id":
      return `g${random.int(1, 1_000_000)}`;
    case "calendar":
      return "festival";
    case "lane":
      return random.pick(["first", "second"]);
    case "on":
    case "event":
      return random.chance(0.5) ? "review" : undefined;
    case "when":
    case "lines":
      return randomCondition(random, name);
    case "schema":
      return random.pick([{ type: "object" }, { type: "object", properties: { rating: { type: "integer", minimum: 1 } } }, undefined]);
    case "attribute":
      return "size";
    default:
      return undefined;
  }
};

const schema = programJsonSchema() as Schema;
const sampler = new SchemaSampler(schema, hints);
const definition = sampler.definition("ProgramDefinition");

const base = (id: string, random: Random): RuleFile => ({
  id,
  name: "Generated",
  currency: "CNY",
  timeZone: random.pick(ZONES),
  autoEnroll: true,
  multipliers: random.pick(["compound", "highest", "additive"]),
  tierAppliesTo: random.pick(["next", "same"]),
  wallets: [{ id: "points" }, { id: "status", kind: "status" }],
  earning: [
    { wallet: "points", points: 1, perAmount: 100 },
    { wallet: "status", points: random.int(1, 1000), perAmount: random.int(1, 1000) },
  ],
  tiers: [
    { id: "regular" },
    { id: "silver", qualification: { any: [{ metric: "spend", window: "365d", atLeast: 50_000 }] }, benefits: { multiplier: 1.2 } },
    {
      id: "gold",
      qualification: { all: [{ metric: "points", wallet: "points", window: "lifetime", atLeast: 1000 }] },
      benefits: { discountPercent: random.int(0, 100), freeShippingFrom: 0 },
    },
  ],
  rules: [],
});

/** What else the top level may hold, laid over in this order where the file stays good with it. */
const PARTS: [name: string, names: readonly (string | undefined)[]][] = [
  ["calendars", ["festival"]],
  ["lanes", ["first", "second"]],
  ["events", ["review"]],
  ["upgrades", [undefined]],
];

/** A file whose every part was accepted when it was laid over the parts before it. */
function goodFile(id: string, random: Random): RuleFile {
  const file = base(id, random);
  const keep = (change: Partial<RuleFile>): void => {
    const next = { ...file, ...change };
    if (refusalOf(() => parseProgram(structuredClone(next))) === null) Object.assign(file, change);
  };
  for (const [name, ids] of PARTS) {
    const items = definition.properties?.[name]?.items;
    if (items === undefined) continue;
    const named = ids.map((known) => {
      const item = sampler.sample(items, random) as Record<string, unknown>;
      const key = "type" in item ? "type" : "id";
      return known === undefined ? item : { ...item, [key]: known };
    });
    keep({ [name]: named });
  }
  for (let wanted = random.pick([1, 2, 4, 8, 20]); wanted > 0; wanted -= 1) {
    keep({ rules: [...file.rules, sampler.sample(sampler.definition("RuleDefinition"), random)] });
  }
  return file;
}

/** A file that may be good, nearly good, or anything but. */
export function randomRuleFile(id: string, random: Random): RuleFile {
  const file = goodFile(id, random);
  const way = random.int(1, 10);
  if (way <= 6) return file;
  if (way <= 8) return breakJson(file, random);
  const rule = { ...(sampler.sample(sampler.definition("RuleDefinition"), random) as object), when: brokenCondition(random) };
  return breakJson({ ...file, rules: [...file.rules, rule] }, random);
}
