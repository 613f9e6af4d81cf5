import type { Decision, RuleTrace } from "../rules/decision.ts";

/** A refusal stays readable: what a program of 2 000 rules gave is cut here. */
const PARTS_MAX = 10;

function listed(parts: readonly string[], none: string): string {
  if (parts.length === 0) return none;
  const more = parts.length - PARTS_MAX;
  return more > 0 ? `${parts.slice(0, PARTS_MAX).join(", ")} and ${more} more` : parts.join(", ");
}

const wordsOf = (fields: object): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name} ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");

/** What took something off the price: `gross 33333, member-day −3333`. */
export function describePrice({ totals, discounts }: Decision): string {
  return `gross ${totals.gross}, ${listed(
    discounts.map(({ rule, amount }) => `${rule} −${amount}`),
    "no discount",
  )}`;
}

/** What a wallet's points were made of: `base 15999, tier:gold ×2, welcome +5`. */
export function describePoints({ lines, accruals, trace }: Decision, wallet: string): string {
  const rules = new Set(accruals.find((accrual) => accrual.wallet === wallet)?.rules);
  const base = lines.reduce((sum, line) => sum + line.base, 0);
  const parts = trace.filter(({ rule }) => rules.has(rule)).flatMap((entry) => pointsGiven(entry, wallet));
  return `base ${base}, ${listed(parts, "no rule gave anything")}`;
}

function pointsGiven({ rule, gave }: RuleTrace, wallet: string): string[] {
  return gave
    .filter((given) => given.amount === undefined && (given.wallet === undefined || given.wallet === wallet))
    .map(({ kind, points, multiplier, cut }) => {
      if (cut !== undefined) return `${rule} −${cut}`;
      if (points !== undefined) return `${rule} +${points}`;
      return multiplier !== undefined ? `${rule} ×${multiplier}` : `${rule} ${kind}`;
    });
}

/** Effects with their fields: `free_shipping (amount 1000, rule plus-shipping)`. */
export function describeEffects(effects: readonly ({ kind: string } & object)[]): string {
  const parts = effects.map(({ kind, ...fields }) => (Object.keys(fields).length === 0 ? kind : `${kind} (${wordsOf(fields)})`));
  return listed(parts, "no effect");
}

/** Why a rule applied or did not, as its trace says it. */
export function describeRule({ trace }: Decision, rule: string): string {
  const entries = trace.filter((entry) => entry.rule === rule);
  const entry = entries.find(({ matched }) => matched) ?? entries[0];
  if (entry === undefined) return "it was not judged";
  if (entry.matched) return listed(entry.gave.map(wordsOf), "it gave nothing");
  if (entry.reason === undefined) return "it was not matched";
  const { kind, ...facts } = entry.reason;
  return Object.keys(facts).length === 0 ? kind : `${kind}, ${wordsOf(facts)}`;
}
