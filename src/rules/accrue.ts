import { add, multiply, type Rational, rational, ZERO } from "../core/fraction.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import type { AccrualDecision, LineDecision } from "./decision.ts";
import type { PointsGrant } from "./effects/action.ts";
import { flooredSum } from "./floored-sum.ts";
import { combineFactors, type SourcedFactor } from "./multipliers.ts";
import { exactPoints } from "./open-cart.ts";

/** A grant of a rule that applied, with the lines it touches; `null` is all of them. */
export type AppliedGrant = { rule: string; grant: PointsGrant; lines: ReadonlySet<number> | null };

/** How one program earns: base rates by wallet, in the order of the wallets in its file. */
export type Earning = { wallets: readonly string[]; rates: ReadonlyMap<string, Rational>; multipliers: ProgramDefinition["multipliers"] };

export function compileEarning({ wallets, earning, multipliers }: ProgramDefinition): Earning {
  const rates = new Map(earning.map(({ wallet, points, perAmount }) => [wallet, rational(points, perAmount)]));
  return { wallets: wallets.map(({ id }) => id), rates, multipliers };
}

type Coefficient = { perMinorUnit: Rational; rules: string[] };

/** Points per minor unit of a line in a wallet: the sum of the rates, times the multipliers. */
function coefficientOf(baseRate: Rational, grants: readonly AppliedGrant[], how: Earning["multipliers"]): Coefficient {
  let rate = baseRate;
  const rules: string[] = [];
  const factors: SourcedFactor[] = [];
  for (const { rule, grant } of grants) {
    if (grant.grants === "rate") {
      rate = add(rate, grant.perMinorUnit);
      rules.push(rule);
    } else if (grant.grants === "multiplier") factors.push({ rule, factor: grant.factor });
  }
  if (rate.numerator === 0n) return { perMinorUnit: ZERO, rules: [] };
  const combined = combineFactors(factors, how);
  return { perMinorUnit: multiply(rate, combined.factor), rules: [...rules, ...combined.rules] };
}

type Group = Coefficient & { lines: number[]; base: number };

/** Lines with the same coefficient, together. Lines that are touched by the same grants share one computation. */
function groupLines(
  lines: readonly LineDecision[],
  grants: readonly AppliedGrant[],
  coefficient: (touching: AppliedGrant[]) => Coefficient,
): Group[] {
  const byTouch = new Map<string, Group>();
  const areAllEverywhere = grants.every((grant) => grant.lines === null);
  for (const { line, base } of lines) {
    const touch = areAllEverywhere ? "" : grants.map((grant) => (grant.lines === null || grant.lines.has(line) ? "1" : "0")).join("");
    let group = byTouch.get(touch);
    if (group === undefined) {
      const touching = areAllEverywhere ? [...grants] : grants.filter((_, index) => touch[index] === "1");
      group = { ...coefficient(touching), lines: [], base: 0 };
      byTouch.set(touch, group);
    }
    group.lines.push(line);
    group.base += base;
  }
  return [...byTouch.values()].filter(({ perMinorUnit }) => perMinorUnit.numerator > 0n);
}

/** One entry for each distinct coefficient, whichever rules lead to it. */
function mergeEqual(groups: readonly Group[]): AccrualDecision["coefficients"] {
  const byValue = new Map<string, AccrualDecision["coefficients"][number]>();
  for (const { perMinorUnit, lines } of groups) {
    const value = { numerator: `${perMinorUnit.numerator}`, denominator: `${perMinorUnit.denominator}` };
    const key = `${value.numerator}/${value.denominator}`;
    const same = byValue.get(key);
    byValue.set(key, { lines: same === undefined ? lines : [...same.lines, ...lines].sort((a, b) => a - b), perMinorUnit: value });
  }
  return [...byValue.values()];
}

function accrueWallet(
  wallet: string,
  earning: Earning,
  lines: readonly LineDecision[],
  applied: readonly AppliedGrant[],
): AccrualDecision | null {
  const grants = applied.filter(({ grant }) => grant.wallet === null || grant.wallet === wallet);
  const baseRate = earning.rates.get(wallet) ?? ZERO;
  const groups = groupLines(
    lines,
    grants.filter(({ grant }) => grant.grants !== "bonus"),
    (touching) => coefficientOf(baseRate, touching, earning.multipliers),
  );
  const bonuses = grants.flatMap(({ rule, grant }) => (grant.grants === "bonus" ? [{ rule, points: grant.points }] : []));
  if (groups.length === 0 && bonuses.length === 0) return null;

  const extra = bonuses.reduce((sum, { points }) => sum + points, 0);
  const points = exactPoints(flooredSum(groups) + BigInt(extra), wallet);
  const rules = new Set([...groups.flatMap((group) => group.rules), ...bonuses.map(({ rule }) => rule)]);
  return { wallet, points, coefficients: mergeEqual(groups), bonuses, rules: [...rules] };
}

/**
 * The points of an order in each wallet that earns: floor(Σ base × rate × multipliers) + Σ bonuses, rounded down once.
 * Errors: amount_out_of_range.
 */
export function accrue(earning: Earning, lines: readonly LineDecision[], applied: readonly AppliedGrant[]): AccrualDecision[] {
  return earning.wallets.flatMap((wallet) => accrueWallet(wallet, earning, lines, applied) ?? []);
}
