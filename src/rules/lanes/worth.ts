import type { ProgramDefinition } from "../../programs/definition.ts";
import type { AccrualDecision } from "../decision.ts";

/** What points are worth in money, as whole multiples of 1 ÷ `scale` of a minor unit, so that sums and comparisons are exact. */
export type PointsWorth = { scale: bigint; perPoint: ReadonlyMap<string, bigint> };

/** What a rule gives: `money` is what came off the price and the shipping, and the worth of the points, in parts of `scale`. */
export type GiftWorth = { money: bigint; points: bigint };

export function compileWorth({ wallets }: Pick<ProgramDefinition, "wallets">): PointsWorth {
  const worths = wallets.flatMap(({ id, worth }) => (worth === undefined ? [] : [{ id, ...worth }]));
  const scale = worths.reduce((product, { points }) => product * BigInt(points), 1n);
  return { scale, perPoint: new Map(worths.map(({ id, points, amount }) => [id, (BigInt(amount) * scale) / BigInt(points)])) };
}

/** What came off in minor units, with the points of `after` that are not in `before`; these may be fewer where a rule takes points away. */
export function worthOf(
  offMinor: number,
  { before, after }: { before: readonly AccrualDecision[]; after: readonly AccrualDecision[] },
  { scale, perPoint }: PointsWorth,
): GiftWorth {
  const was = new Map(before.map(({ wallet, points }) => [wallet, BigInt(points)]));
  const added = [...new Map(after.map(({ wallet, points }) => [wallet, BigInt(points)])), ...lost(was, after)].map(
    ([wallet, points]) => [wallet, points - (was.get(wallet) ?? 0n)] as const,
  );
  return {
    money: added.reduce((sum, [wallet, points]) => sum + points * (perPoint.get(wallet) ?? 0n), BigInt(offMinor) * scale),
    points: added.reduce((sum, [, points]) => sum + points, 0n),
  };
}

/** Wallets in which nothing is left. */
const lost = (was: ReadonlyMap<string, bigint>, after: readonly AccrualDecision[]): [string, bigint][] =>
  [...was.keys()].filter((wallet) => !after.some((accrual) => accrual.wallet === wallet)).map((wallet) => [wallet, 0n]);

/** Below 0 when `a` gives less than `b`: by money, then by points. */
export function compareWorth(a: GiftWorth, b: GiftWorth): number {
  if (a.money !== b.money) return a.money < b.money ? -1 : 1;
  if (a.points !== b.points) return a.points < b.points ? -1 : 1;
  return 0;
}
