import type { CompiledRule } from "../compiled-rule.ts";
import type { Turn } from "../lanes/turns.ts";
import type { DemandedField } from "./demands.ts";
import { type DemandFacts, ruledOut } from "./ruled-out.ts";

/** A rule at its place in the order in which rules are asked. */
type Placed = { place: number; turn: Turn; rule: CompiledRule };

/** Rules of one span of time: those that demand a text, by field and text, and all others. */
type Span = {
  from: number;
  until: number;
  byText: ReadonlyMap<DemandedField, ReadonlyMap<string, readonly Placed[]>>;
  always: readonly Placed[];
};

/** The rarer the text, the fewer orders meet it: by the first of these that a rule demands it is found. */
const FIELDS: readonly DemandedField[] = ["sku", "category", "channel", "tier", "country", "pricing"];

const SPANS_MAX = 16;

/** The texts that a rule is found by; null where any order may meet it. */
function keyOf({ demands, audience }: CompiledRule): { field: DemandedField; values: Iterable<string> } | null {
  for (const field of FIELDS) {
    const demand = demands.find((candidate) => candidate.field === field);
    if (demand !== undefined) return demand;
    if (field === "tier" && audience?.tiers !== undefined) return { field, values: new Set(audience.tiers) };
  }
  return null;
}

function spanOf(placed: readonly Placed[], from: number, until: number): Span {
  const byText = new Map<DemandedField, Map<string, Placed[]>>();
  const always: Placed[] = [];
  for (const entry of placed) {
    const { rule } = entry;
    if (rule.isPaused || (rule.from !== null && rule.from > from) || (rule.until !== null && rule.until <= from)) continue;
    const key = keyOf(rule);
    if (key === null) {
      always.push(entry);
      continue;
    }
    const texts = byText.get(key.field) ?? new Map<string, Placed[]>();
    byText.set(key.field, texts);
    for (const value of key.values) {
      const own = texts.get(value);
      if (own === undefined) texts.set(value, [entry]);
      else own.push(entry);
    }
  }
  return { from, until, byText, always };
}

/** Finds the rules that an order may meet, without looking at the others. */
export class RuleIndex {
  readonly #placed: readonly Placed[];
  /** Instants at which rules begin or end, in order. */
  readonly #turns: readonly number[];
  /** The spans that were asked for last: nearly all orders are of the present one. */
  #spans: Span[] = [];

  constructor(turns: readonly Turn[]) {
    this.#placed = turns
      .flatMap((turn) => ("rule" in turn ? [turn.rule] : turn.rules).map((rule) => ({ turn, rule })))
      .map((entry, place) => ({ ...entry, place }));
    const instants = this.#placed.flatMap(({ rule }) => [rule.from, rule.until]).filter((instant) => instant !== null);
    this.#turns = [...new Set(instants)].sort((a, b) => a - b);
  }

  /** The turns of the rules that are not ruled out, in their order; of a lane only those rules. */
  turnsFor(facts: DemandFacts): Turn[] {
    const { byText, always } = this.#spanAt(facts.instant);
    const found = new Set(always);
    for (const [field, texts] of byText) {
      for (const value of facts.values[field]) for (const entry of texts.get(value) ?? []) found.add(entry);
    }
    const candidates = [...found].filter(({ rule }) => ruledOut(rule, facts) === null).sort((a, b) => a.place - b.place);
    return regroup(candidates);
  }

  #spanAt(instant: number): Span {
    const known = this.#spans.find(({ from, until }) => from <= instant && instant < until);
    if (known !== undefined) return known;
    const next = this.#turns.findIndex((turn) => turn > instant);
    const from = this.#turns[next === -1 ? this.#turns.length - 1 : next - 1] ?? Number.NEGATIVE_INFINITY;
    const span = spanOf(this.#placed, from, this.#turns[next] ?? Number.POSITIVE_INFINITY);
    this.#spans = [span, ...this.#spans].slice(0, SPANS_MAX);
    return span;
  }
}

function regroup(candidates: readonly Placed[]): Turn[] {
  const turns: Turn[] = [];
  let last: Turn | undefined;
  let rules: CompiledRule[] = [];
  for (const { turn, rule } of candidates) {
    if ("rule" in turn) turns.push(turn);
    else if (turn === last) rules.push(rule);
    else {
      rules = [rule];
      turns.push({ ...turn, rules });
    }
    last = turn;
  }
  return turns;
}
