import type { z } from "zod";
import type { Rational } from "../../core/fraction.ts";
import type { OpenLine } from "../open-line.ts";

/** What a discount takes off each of the lines it was given, in their order; or how far the lines are from its threshold. */
export type DiscountOutcome = { amounts: number[] } | { threshold: { atLeast: number; value: number; short: number } };

/** A part in the points of a wallet. `wallet: null` is every wallet that earns. */
export type PointsGrant =
  | { grants: "rate"; wallet: string; perMinorUnit: Rational }
  | { grants: "multiplier"; wallet: string | null; factor: Rational; multiplier: string }
  | { grants: "bonus"; wallet: string; points: number };

/** What an effect does, by the part of the order that it touches. Made once for a rule-set version. */
export type EffectAction =
  | { touches: "price"; kind: string; discount: (lines: readonly OpenLine[]) => DiscountOutcome }
  | { touches: "points"; kind: string; grant: PointsGrant }
  | { touches: "shipping"; kind: string };

/** An effect kind: the shape of its parameters, and what it does with them. */
export type EffectKind<Params extends z.ZodType> = { params: Params; action: (params: z.output<Params>) => EffectAction };

export const defineEffect = <Params extends z.ZodType>(effect: EffectKind<Params>): EffectKind<Params> => effect;
