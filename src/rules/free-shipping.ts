import type { EffectDecision, RuleTrace } from "./decision.ts";
import type { TierBenefits } from "./tier-benefits.ts";

/** The shipping of one order: taken off whole, and only once. Minor units. */
export class Shipping {
  readonly effects: EffectDecision[] = [];
  #left: number;

  constructor(amount: number) {
    this.#left = amount;
  }

  get left(): number {
    return this.#left;
  }

  /** Takes the shipping off. Returns what was given, null when nothing was left. */
  free(rule: { id: string; label: string }): RuleTrace["gave"][number] | null {
    if (this.#left === 0) return null;
    const amount = this.#left;
    this.#left = 0;
    this.effects.push({ kind: "free_shipping", rule: rule.id, label: rule.label, amount });
    return { kind: "free_shipping", amount };
  }
}

/** A tier's free shipping looks at the final net; the threshold belongs to it. Nothing to say where the tier has none. */
export function freeTierShipping({ rule, freeShippingFrom }: TierBenefits, net: number, shipping: Shipping): RuleTrace[] {
  if (freeShippingFrom === null) return [];
  const trace = { rule: rule.id, label: `${rule.label}: free shipping` };
  if (net < freeShippingFrom) {
    const short = freeShippingFrom - net;
    return [{ ...trace, matched: false, reason: { kind: "threshold", atLeast: freeShippingFrom, value: net, short }, gave: [] }];
  }
  const given = shipping.free(rule);
  if (given === null) return [{ ...trace, matched: false, reason: { kind: "nothing_left" }, gave: [] }];
  return [{ ...trace, matched: true, gave: [given] }];
}
