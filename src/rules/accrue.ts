import { add, multiply, type Rational, rational, subtractDownToZero, ZERO } from "../core/fraction.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import { type AppliedGrant, addExtras, type EarningLine } from "./accrual-extras.ts";
import type { AccrualDecision, PointsRounding, RulePoints } from "./decision.ts";
import { toFraction } from "./line-points.ts";
import { combineFactors, type SourcedFactor } from "./multipliers.ts";
import { exactPoints } from "./open-cart.ts";
import { roundedSum } from "./rounded-sum.ts";

/** How one program earns: base rates by wallet, in the order of the wallets in its file, and which of them do not round down. */
export type Earning = {
  wallets: readonly string[];
  rates: ReadonlyMap<string, Rational>;
  roundings: ReadonlyMap<string, PointsRounding>;
  multipliers: ProgramDefinition["multipliers"];
};

export function compileEarning({ wallets, earning, multipliers }: ProgramDefinition): Earning {
  const rates = new Map(earning.map(({ wallet, points, perAmount }) => [wallet, rational(points, perAmount)]));
  const roundings = new Map(wallets.flatMap(({ id, rounding }) => (rounding === undefined || rounding === "down" ? [] : [[id, rounding]])));
  return { wallets: wallets.map(({ id }) => id), rates, roundings, multipliers };
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
  lines: readonly EarningLine[],
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
    const value = toFraction(perMinorUnit);
    const key = `${value.numerator}/${value.denominator}`;
    const same = byValue.get(key);
    byValue.set(key, { lines: same === undefined ? lines : [...same.lines, ...lines].sort((a, b) => a - b), perMinorUnit: value });
  }
  return [...byValue.values()];
}

/** Rates and multipliers: what makes the coefficient of a line. */
const isOfCoefficient = ({ grant }: AppliedGrant): boolean => grant.grants === "rate" || grant.grants === "multiplier";

/**
 * Whether what the grant gives is computed by itself, since a limit may cut it or it has terms of its own. A factor below 1 takes
 * points away, and nothing of that is cut or dated; a factor of 1 or more never lowers a coefficient, however multipliers go together.
 */
const standsApart = ({ grant, room, terms }: AppliedGrant, wallet: string): boolean =>
  (terms !== undefined || room?.has(wallet) === true) &&
  (grant.grants !== "multiplier" || grant.factor.numerator >= grant.factor.denominator);

/** Rules whose points are computed by themselves one after the other: each adds what it adds to the coefficients of those before it. */
function partsOfRules(
  { wallet, baseRate, multipliers }: { wallet: string; baseRate: Rational; multipliers: Earning["multipliers"] },
  lines: readonly EarningLine[],
  { free, apart }: { free: AppliedGrant[]; apart: AppliedGrant[] },
  accrual: Pick<AccrualDecision, "coefficients" | "rounding">,
): RulePoints[] {
  const counted = free.filter(isOfCoefficient);
  return [...Map.groupBy(apart, ({ rule }) => rule)].flatMap(([rule, own]) => {
    const added = own.filter(isOfCoefficient);
    const groups =
      added.length === 0
        ? []
        : groupLines(lines, [...counted, ...added], (touching) => {
            const withOwn = coefficientOf(baseRate, touching, multipliers).perMinorUnit;
            const without = coefficientOf(
              baseRate,
              touching.filter((grant) => !added.includes(grant)),
              multipliers,
            ).perMinorUnit;
            return { perMinorUnit: subtractDownToZero(withOwn, without), rules: [rule] };
          });
    counted.push(...added);
    const { decided, points: extra } = addExtras(own, lines, accrual);
    const earned = roundedSum(groups, accrual.rounding) + extra;
    if (earned === 0n && decided.bonuses.length + groups.length === 0) return [];
    const atMost = own[0]?.room?.get(wallet);
    const terms = own[0]?.terms;
    const points = atMost !== undefined && earned > BigInt(atMost) ? atMost : exactPoints(earned, wallet);
    const limits = { ...(atMost !== undefined && { atMost }), ...(terms !== undefined && { terms }) };
    return [{ rule, points, ...limits, coefficients: mergeEqual(groups), ...decided }];
  });
}

function accrueWallet(
  wallet: string,
  earning: Earning,
  lines: readonly EarningLine[],
  applied: readonly AppliedGrant[],
): AccrualDecision | null {
  const own = applied.filter(({ grant }) => grant.wallet === null || grant.wallet === wallet);
  const [free, apart] = [own.filter((grant) => !standsApart(grant, wallet)), own.filter((grant) => standsApart(grant, wallet))];
  const rounding = earning.roundings.get(wallet);
  const baseRate = earning.rates.get(wallet) ?? ZERO;
  const groups = groupLines(lines, free.filter(isOfCoefficient), (touching) => coefficientOf(baseRate, touching, earning.multipliers));
  const accrual = { wallet, coefficients: mergeEqual(groups), ...(rounding !== undefined && { rounding }) };
  const { decided, points: extra } = addExtras(free, lines, accrual);
  const { bonuses, quantities = [], percents = [] } = decided;
  const parts =
    apart.length === 0 ? [] : partsOfRules({ wallet, baseRate, multipliers: earning.multipliers }, lines, { free, apart }, accrual);
  if (groups.length + bonuses.length + quantities.length + parts.length === 0) return null;

  const sum = parts.reduce((total, part) => total + BigInt(part.points), roundedSum(groups, rounding) + extra);
  const points = exactPoints(sum, wallet);
  const givers = [...quantities, ...percents, ...bonuses, ...parts.filter((part) => part.points > 0)];
  const rules = new Set([...groups.flatMap((group) => group.rules), ...givers.map(({ rule }) => rule)]);
  return { ...accrual, points, ...decided, ...(parts.length > 0 && { limited: parts }), rules: [...rules] };
}

/**
 * The points of an order in each wallet that earns: Σ base × rate × multipliers, rounded once as the wallet says, and with it
 * what quantities, percentages (each rounded so) and bonuses add. What a rule with a limit or with terms of its own gives is
 * rounded and cut by itself, and counts for no percentage.
 * Errors: amount_out_of_range.
 */
export function accrue(earning: Earning, lines: readonly EarningLine[], applied: readonly AppliedGrant[]): AccrualDecision[] {
  return earning.wallets.flatMap((wallet) => accrueWallet(wallet, earning, lines, applied) ?? []);
}
