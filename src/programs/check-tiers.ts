import type { InputProblem } from "../core/errors.ts";
import { type Demand, demandOf, qualificationOf, retentionOf } from "../tiers/qualification.ts";
import type { ProgramDefinition } from "./definition.ts";

/** Wallets and events that criteria name and the program does not have; `pointer` is that of the demand, without `any` or `all`. */
function* unknownMetrics({ wallets, events = [] }: ProgramDefinition, demand: Demand, pointer: string): Generator<InputProblem> {
  for (const [at, criterion] of demand.criteria.entries()) {
    if (criterion.metric === "events" && !events.some(({ type }) => type === criterion.event)) {
      const detail = `the program has no event "${criterion.event}"`;
      yield { pointer: `${pointer}/${demand.requires}/${at}/event`, code: "unknown_event", detail };
    }
    if (criterion.metric !== "points" || wallets.some(({ id }) => id === criterion.wallet)) continue;
    yield {
      pointer: `${pointer}/${demand.requires}/${at}/wallet`,
      code: "unknown_wallet",
      detail: `the program has no wallet "${criterion.wallet}"`,
    };
  }
}

function* unknownTiers({ tiers, upgrades = [], rules }: ProgramDefinition): Generator<InputProblem> {
  const check = (tier: string | undefined, pointer: string): InputProblem[] =>
    tier === undefined || tiers.some(({ id }) => id === tier)
      ? []
      : [{ pointer, code: "unknown_tier", detail: `the program has no tier "${tier}"` }];
  for (const [index, { upTo, from = [] }] of upgrades.entries()) {
    yield* check(upTo, `/upgrades/${index}/upTo`);
    for (const [at, tier] of from.entries()) yield* check(tier, `/upgrades/${index}/from/${at}`);
  }
  for (const [index, { effects }] of rules.entries()) {
    for (const [at, effect] of effects.entries()) {
      if (effect.kind === "grant_tier") yield* check(effect.tier, `/rules/${index}/effects/${at}/tier`);
    }
  }
}

/** An upgrade is paid with points that can be spent. */
function* wrongUpgrades(definition: ProgramDefinition): Generator<InputProblem> {
  const { upgrades = [], wallets } = definition;
  for (const [index, { id, price, goal }] of upgrades.entries()) {
    const pointer = `/upgrades/${index}`;
    if (upgrades.findIndex((other) => other.id === id) < index) {
      yield { pointer: `${pointer}/id`, code: "repeated", detail: `"${id}" stands here twice` };
    }
    const wallet = wallets.find((candidate) => candidate.id === price?.wallet);
    if (price !== undefined && wallet?.kind !== "spendable") {
      const detail = wallet === undefined ? `the program has no wallet "${price.wallet}"` : `points of "${price.wallet}" cannot be spent`;
      yield { pointer: `${pointer}/price/wallet`, code: wallet === undefined ? "unknown_wallet" : "wallet_not_spendable", detail };
    }
    const demand = goal && demandOf(goal);
    if (demand !== undefined) yield* unknownMetrics(definition, demand, `${pointer}/goal`);
  }
}

/** What is wrong with the tiers: names that refer to nothing, a first tier that asks for something, a tier that nothing keeps. */
export function* ladderProblems(definition: ProgramDefinition): Generator<InputProblem> {
  const { tiers } = definition;
  if (tiers[0]?.qualification !== undefined) {
    yield {
      pointer: "/tiers/0/qualification",
      code: "first_tier_qualification",
      detail: "every member starts in the first tier; it has no qualification",
    };
  }
  yield* unknownTiers(definition);
  yield* wrongUpgrades(definition);
  for (const [index, tier] of tiers.entries()) {
    yield* unknownMetrics(definition, qualificationOf(tier), `/tiers/${index}/qualification`);
    if (tier.retention === undefined) continue;
    const pointer = `/tiers/${index}/retention`;
    const hasOwn = tier.retention.any !== undefined || tier.retention.all !== undefined;
    if (hasOwn) yield* unknownMetrics(definition, retentionOf(tier), pointer);
    if (index === 0 && hasOwn) {
      yield { pointer, code: "first_tier_retention", detail: "the first tier is never lost; it may only say when it is reviewed" };
    }
    if (index > 0 && retentionOf(tier).criteria.length === 0) {
      yield { pointer, code: "retention_without_criteria", detail: "a tier without qualification needs any or all: what keeps it" };
    }
  }
}
