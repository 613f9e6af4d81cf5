import { isoText } from "../../core/iso-text.ts";
import type { CompiledRule } from "../compiled-rule.ts";
import { inWords } from "../conditions/part.ts";
import type { CartFacts, RuleTrace } from "../decision.ts";
import type { Demand, DemandedField } from "./demands.ts";

type Reason = NonNullable<RuleTrace["reason"]>;

/** What of one order rules may demand; all of it is kept with the order. */
export type DemandFacts = { instant: number; tier: string; lineCount: number; values: Readonly<Record<DemandedField, readonly string[]>> };

const oneOrNone = (text: string | undefined): string[] => (text === undefined ? [] : [text]);
const distinct = (texts: readonly (string | undefined)[]): string[] => [...new Set(texts.filter((text) => text !== undefined))];

export function demandFacts(cart: CartFacts, tier: string, now: Date): DemandFacts {
  const { channel, country, pricing, lines } = cart;
  return {
    instant: now.getTime(),
    tier,
    lineCount: lines.length,
    values: {
      channel: oneOrNone(channel),
      country: oneOrNone(country),
      pricing: [pricing],
      tier: [tier],
      sku: distinct(lines.map(({ sku }) => sku)),
      category: distinct(lines.map(({ category }) => category)),
    },
  };
}

function outOfTime({ isPaused, from, until }: CompiledRule, { instant }: DemandFacts): Reason | null {
  if (isPaused) return { kind: "paused" };
  if (from !== null && instant < from) return { kind: "not_yet_active", at: isoText(from) };
  if (until !== null && instant >= until) return { kind: "no_longer_active", at: isoText(until) };
  return null;
}

/** As the condition itself would say it. */
function unmet({ field, part }: Demand, { values, lineCount }: DemandFacts): Reason {
  if (part === null) return { kind: "no_line_matched" };
  const { text, path } = part;
  if (path === "order.lines") return { kind: "condition", part: text, values: { [path]: `(${lineCount} items)` } };
  const [value] = values[field];
  if (value === undefined) return { kind: "attribute_missing", part: text, path };
  return { kind: "condition", part: text, values: { [path]: inWords(value) } };
}

/**
 * Why a rule cannot apply to an order, by what is kept with the order alone: its time, the tier that counts, and the
 * texts that the rule demands. Null where it must be judged. It is asked before anything else, so that the same reason
 * comes out whether the rule was looked at or left out by the index.
 */
export function ruledOut(rule: CompiledRule, facts: DemandFacts): Reason | null {
  const barred = outOfTime(rule, facts);
  if (barred !== null) return barred;
  if (rule.audience?.tiers?.includes(facts.tier) === false) return { kind: "not_in_audience", field: "tiers" };
  const failed = rule.demands.find(({ field, values }) => !facts.values[field].some((value) => values.has(value)));
  return failed === undefined ? null : unmet(failed, facts);
}
