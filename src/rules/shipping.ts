import type { EffectDecision, RuleTrace } from "./decision.ts";
import type { EffectAction, ShippingAction } from "./effects/action.ts";
import { freeShipping } from "./effects/free-shipping.ts";
import { type Gave, type Given, nothingGiven } from "./give-discounts.ts";
import type { TierBenefits } from "./tier-benefits.ts";

/** The shipping of one order, taken off one effect after the other, each from what the former left. Minor units. */
export class Shipping {
  #effects: readonly EffectDecision[] = [];
  #left: number;

  constructor(amount: number) {
    this.#left = amount;
  }

  get left(): number {
    return this.#left;
  }

  get effects(): readonly EffectDecision[] {
    return this.#effects;
  }

  /** Remembers how things stand; calling the answer sets them back to it. */
  mark(): () => void {
    const [left, effects] = [this.#left, this.#effects];
    return () => {
      [this.#left, this.#effects] = [left, effects];
    };
  }

  /** Takes off what the effects of a rule say. */
  give(rule: { id: string; label: string }, actions: readonly EffectAction[]): Given {
    const own = actions.filter((action) => action.touches === "shipping");
    if (own.length === 0) return nothingGiven();
    const isAnythingLeft = this.#left > 0;
    const gave = own.flatMap((action) => this.#take(rule, action) ?? []);
    return { gave, reason: !isAnythingLeft ? { kind: "nothing_left" } : null };
  }

  /** Puts back an amount of what a rule took off, its last effect first. */
  giveBack(rule: string, amount: number): void {
    let back = amount;
    const effects = this.#effects.toReversed().flatMap((effect): EffectDecision[] => {
      if (effect.rule !== rule || !("amount" in effect) || back === 0) return [effect];
      const part = Math.min(back, effect.amount);
      back -= part;
      return part === effect.amount ? [] : [{ ...effect, kind: "reduced_shipping", amount: effect.amount - part }];
    });
    this.#effects = effects.toReversed();
    this.#left += amount - back;
  }

  #take(rule: { id: string; label: string }, { kind, effect, off }: ShippingAction): Gave | null {
    const amount = off(this.#left);
    if (amount === 0) return null;
    this.#left -= amount;
    this.#effects = [...this.#effects, { kind: effect, rule: rule.id, label: rule.label, amount }];
    return { kind, amount };
  }
}

const TIER_SHIPPING = [freeShipping.action({ kind: "free_shipping" })];

/** A tier's free shipping looks at the final net; the threshold belongs to it. Nothing to say where the tier has none. */
export function freeTierShipping({ rule, freeShippingFrom }: TierBenefits, net: number, shipping: Shipping): RuleTrace[] {
  if (freeShippingFrom === null) return [];
  const trace = { rule: rule.id, label: `${rule.label}: free shipping` };
  if (net < freeShippingFrom) {
    const short = freeShippingFrom - net;
    return [{ ...trace, matched: false, reason: { kind: "threshold", atLeast: freeShippingFrom, value: net, short }, gave: [] }];
  }
  const { gave, reason } = shipping.give(rule, TIER_SHIPPING);
  return [reason === null ? { ...trace, matched: true, gave } : { ...trace, matched: false, reason, gave }];
}
