import { LoyaltyError } from "../core/errors.ts";
import { divideProduct, multiplyDown, multiplyHalfUp } from "../core/rounding.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import type { TransferDefinition } from "../programs/transfer-definition.ts";
import { percentBps } from "../rules/effects/shared.ts";

const PERCENT_BPS_ONE = 10_000;

/**
 * What of `points` is the fee; it may be more than there is.
 * Units:   whole points.
 * Rounds:  once, as the terms say.
 */
export function transferFee({ fee }: TransferDefinition, points: number): number {
  if (fee === undefined) return 0;
  if ("points" in fee) return fee.points;
  const bps = percentBps(fee.percent);
  if (fee.rounding === "down") return multiplyDown(points, bps, PERCENT_BPS_ONE);
  if (fee.rounding === "half_up") return multiplyHalfUp(points, bps, PERCENT_BPS_ONE);
  const { quotient, remainder } = divideProduct(points, bps, PERCENT_BPS_ONE);
  return BigInt(remainder) === 0n ? quotient : quotient + 1;
}

export type AskedTransfer = {
  points: number;
  fee: number;
  /** The sender's, as the rule set in force knows it. */
  tier: string;
  /** What the sender has sent before in the local day and month. */
  sent: { day: number; month: number };
};

/** Errors: transfer_not_allowed with the reason, and the limit that it would break. */
export function requireTerms(
  { tiers }: ProgramDefinition,
  wallet: string,
  terms: TransferDefinition,
  { points, fee, tier, sent }: AskedTransfer,
): void {
  const refuse = (reason: string, facts: Record<string, number | string> = {}) => {
    throw new LoyaltyError("transfer_not_allowed", { wallet, reason, ...facts });
  };
  const rank = (id: string) => tiers.findIndex((each) => each.id === id);
  const { min, max, perDay, perMonth, minTier } = terms;
  if (minTier !== undefined && rank(tier) < rank(minTier)) refuse("tier_too_low", { tier, minTier });
  if (min !== undefined && points < min) refuse("below_min", { requested: points, min });
  if (max !== undefined && points > max) refuse("above_max", { requested: points, max });
  if (fee >= points) refuse("nothing_arrives", { requested: points, fee });
  if (perDay !== undefined && points > perDay - sent.day) refuse("day_limit", { requested: points, perDay, sent: sent.day });
  if (perMonth !== undefined && points > perMonth - sent.month) refuse("month_limit", { requested: points, perMonth, sent: sent.month });
}
