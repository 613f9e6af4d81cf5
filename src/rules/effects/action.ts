import type { z } from "zod";
import type { Rational } from "../../core/fraction.ts";
import type { Attributes, RuleTrace, ShippingEffect, StorefrontEffect } from "../decision.ts";
import type { OpenLine } from "../open-line.ts";

/** What a discount may know of an order beside the lines it touches. */
export type OrderTerms = { tier: string; attributes: Attributes };

/** Why an effect gives nothing although its rule matched. */
export type EffectReason = Extract<
  NonNullable<RuleTrace["reason"]>,
  { kind: "threshold" | "too_few" | "bundle_incomplete" | "no_lower_price" | "attribute_missing" | "evaluation_failed" }
>;

/** What a discount takes off each of the lines it was given, in their order; or why it takes nothing. */
export type DiscountOutcome = { amounts: number[] } | { reason: EffectReason };

/** A part in the points of a wallet. `wallet: null` is every wallet that earns. */
export type PointsGrant =
  | { grants: "rate"; wallet: string; perMinorUnit: Rational }
  | { grants: "multiplier"; wallet: string | null; factor: Rational; multiplier: string }
  | { grants: "quantity"; wallet: string; points: number; perQuantity: number }
  | { grants: "percent"; wallet: string | null; share: Rational; percent: string }
  | { grants: "bonus"; wallet: string; points: number };

/** Takes something off the shipping: of so much that is left, so much. */
export type ShippingAction = { touches: "shipping"; kind: string; effect: ShippingEffect["kind"]; off: (left: number) => number };

/** What an effect does, by the part of the order that it touches. Made once for a rule-set version. */
export type EffectAction =
  | { touches: "price"; kind: string; discount: (lines: readonly OpenLine[], order: OrderTerms) => DiscountOutcome }
  | { touches: "points"; kind: string; grant: PointsGrant }
  | { touches: "storefront"; kind: string; name: string; gives: StorefrontEffect }
  | ShippingAction;

/** Whether an effect works on lines, prices or shipping, so that it means nothing on an event. */
export const needsOrder = (action: EffectAction): boolean =>
  action.touches === "price" || action.touches === "shipping" || (action.touches === "points" && action.grant.grants !== "bonus");

/** An effect kind: the shape of its parameters, and what it does with them. */
export type EffectKind<Params extends z.ZodType, Action extends EffectAction = EffectAction> = {
  params: Params;
  action: (params: z.output<Params>) => Action;
};

export const defineEffect = <Params extends z.ZodType, Action extends EffectAction>(
  effect: EffectKind<Params, Action>,
): EffectKind<Params, Action> => effect;
