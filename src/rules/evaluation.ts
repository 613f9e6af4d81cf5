import { type AppliedGrant, accrue } from "./accrue.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import type { Decision, DiscountDecision, LineDecision, RuleTrace } from "./decision.ts";
import { freeTierShipping, Shipping } from "./free-shipping.ts";
import { type Gave, giveDiscounts } from "./give-discounts.ts";
import type { Judge, Reason } from "./judge.ts";
import { closeLine, type OpenCart } from "./open-cart.ts";
import { type OpenLine, sumLeft } from "./open-line.ts";
import type { RuleSet } from "./rule-set.ts";
import { type TierBenefits, tierTrace } from "./tier-benefits.ts";

/** The decision on one order while it is made: the tier first, then each rule at its turn, then points. */
export class Evaluation {
  readonly #cart: OpenCart;
  readonly #judge: Judge;
  readonly #shipping: Shipping;
  readonly #discounts: DiscountDecision[] = [];
  readonly #grants: AppliedGrant[] = [];
  readonly #trace: RuleTrace[] = [];

  constructor(cart: OpenCart, judge: Judge) {
    this.#cart = cart;
    this.#judge = judge;
    this.#shipping = new Shipping(cart.facts.shipping);
  }

  giveTierBenefits(benefits: TierBenefits): void {
    const { discount, gave } = giveDiscounts(benefits.rule, this.#isAsPaid ? [] : benefits.discounts, this.#cart.lines);
    if (discount !== null) this.#discounts.push(discount);
    const { factor, multiplier } = benefits;
    if (factor !== null) {
      this.#grants.push({ rule: benefits.rule.id, grant: { grants: "multiplier", wallet: null, factor, multiplier }, lines: null });
    }
    this.#trace.push(tierTrace(benefits, gave));
  }

  giveTierShipping(benefits: TierBenefits): void {
    if (this.#isAsPaid) return;
    this.#trace.push(...freeTierShipping(benefits, sumLeft(this.#cart.lines), this.#shipping));
  }

  apply(rule: CompiledRule): void {
    const { id, label } = rule;
    const outcome = this.#outcomeOf(rule);
    if ("reason" in outcome) {
      this.#trace.push({ rule: id, label, matched: false, reason: outcome.reason, gave: [] });
      return;
    }
    this.#judge.applied(rule);
    this.#trace.push({ rule: id, label, matched: true, gave: outcome.gave });
  }

  decide(ruleSet: RuleSet, tier: string): Decision {
    const { pricing } = this.#cart.facts;
    const lines = this.#cart.lines.map((line) => closeLine(line, pricing));
    const net = total(lines, "net");
    const shipping = this.#shipping.left;
    return {
      ruleSet: ruleSet.version,
      tier,
      totals: { gross: this.#cart.gross, discount: total(lines, "discount"), net, shipping, payable: net + shipping },
      lines,
      discounts: this.#discounts,
      accruals: accrue(ruleSet.earning, lines, this.#grants),
      effects: this.#shipping.effects,
      trace: this.#trace,
    };
  }

  /** What was paid is settled: such an order gets points, but no discount and no free shipping. */
  get #isAsPaid(): boolean {
    return this.#cart.facts.pricing === "asPaid";
  }

  #outcomeOf(rule: CompiledRule): { gave: Gave[] } | { reason: Reason } {
    const givesPoints = rule.actions.some(({ touches }) => touches === "points");
    if (this.#isAsPaid && !givesPoints) return { reason: { kind: "pricing_as_paid" } };
    const judged = this.#judge.judge(rule);
    if ("reason" in judged) return judged;

    const { gave, reason } = this.#isAsPaid ? { gave: [], reason: null } : this.#givePriceAndShipping(rule, judged.lines);
    const points = this.#grantPoints(rule, judged.lines);
    return reason !== null && gave.length + points.length === 0 ? { reason } : { gave: [...gave, ...points] };
  }

  #givePriceAndShipping(rule: CompiledRule, lines: readonly OpenLine[]): { gave: Gave[]; reason: Reason | null } {
    const { discount, gave, reason } = giveDiscounts(rule, rule.actions, lines);
    if (discount !== null) this.#discounts.push(discount);
    if (!rule.actions.some(({ touches }) => touches === "shipping")) return { gave, reason };
    const freed = this.#shipping.free(rule);
    return freed === null ? { gave, reason: reason ?? { kind: "nothing_left" } } : { gave: [...gave, freed], reason };
  }

  #grantPoints(rule: CompiledRule, lines: readonly OpenLine[]): Gave[] {
    const isEverywhere = rule.lines === null;
    const touched = isEverywhere ? null : new Set(lines.map(({ line }) => line));
    return rule.actions.flatMap((action): Gave[] => {
      if (action.touches !== "points") return [];
      const { grant, kind } = action;
      this.#grants.push({ rule: rule.id, grant, lines: touched });
      return [
        {
          kind,
          ...(grant.wallet !== null && { wallet: grant.wallet }),
          ...(grant.grants === "bonus" && { points: grant.points }),
          ...(grant.grants === "multiplier" && { multiplier: grant.multiplier }),
          ...(touched !== null && grant.grants !== "bonus" && { lines: [...touched] }),
        },
      ];
    });
  }
}

const total = (lines: readonly LineDecision[], part: "net" | "discount"): number => lines.reduce((sum, line) => sum + line[part], 0);
