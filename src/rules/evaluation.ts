import type { AppliedGrant } from "./accrual-extras.ts";
import { accrue } from "./accrue.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import type { Decision, DiscountDecision, EffectDecision, LineDecision, RuleTrace } from "./decision.ts";
import type { OrderTerms } from "./effects/action.ts";
import { type Gave, type Given, giveDiscounts } from "./give-discounts.ts";
import { grantPoints } from "./grant-points.ts";
import type { Judge, Reason } from "./judge.ts";
import { closeLine, type OpenCart } from "./open-cart.ts";
import { type OpenLine, sumLeft } from "./open-line.ts";
import type { RuleSet } from "./rule-set.ts";
import { freeTierShipping, Shipping } from "./shipping.ts";
import { type TierBenefits, tierTrace } from "./tier-benefits.ts";

/** The decision on one order while it is made: the tier first, then each rule at its turn, then points. */
export class Evaluation {
  readonly #cart: OpenCart;
  readonly #terms: OrderTerms;
  readonly #judge: Judge;
  readonly #shipping: Shipping;
  readonly #discounts: DiscountDecision[] = [];
  readonly #grants: AppliedGrant[] = [];
  readonly #effects: EffectDecision[] = [];
  readonly #trace: RuleTrace[] = [];

  constructor(cart: OpenCart, tier: string, judge: Judge) {
    this.#cart = cart;
    this.#terms = { tier, attributes: cart.facts.attributes };
    this.#judge = judge;
    this.#shipping = new Shipping(cart.facts.shipping);
  }

  giveTierBenefits(benefits: TierBenefits): void {
    const { discount, gave } = giveDiscounts(benefits.rule, this.#isAsPaid ? [] : benefits.discounts, this.#cart.lines, this.#terms);
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

  decide(ruleSet: RuleSet): Decision {
    const { pricing } = this.#cart.facts;
    const lines = this.#cart.lines.map((line) => closeLine(line, pricing));
    const earning = this.#cart.lines.map(({ facts }, index) => ({
      line: facts.line,
      base: lines[index]?.base ?? 0,
      units: facts.quantity,
    }));
    const net = total(lines, "net");
    const shipping = this.#shipping.left;
    return {
      ruleSet: ruleSet.version,
      tier: this.#terms.tier,
      totals: { gross: this.#cart.gross, discount: total(lines, "discount"), net, shipping, payable: net + shipping },
      lines,
      discounts: this.#discounts,
      accruals: accrue(ruleSet.earning, earning, this.#grants),
      effects: [...this.#effects, ...this.#shipping.effects],
      trace: this.#trace,
    };
  }

  /** What was paid is settled: such an order gets points, but no discount and no free shipping. */
  get #isAsPaid(): boolean {
    return this.#cart.facts.pricing === "asPaid";
  }

  #outcomeOf(rule: CompiledRule): { gave: Gave[] } | { reason: Reason } {
    if (this.#isAsPaid && rule.actions.every(({ touches }) => touches === "price" || touches === "shipping")) {
      return { reason: { kind: "pricing_as_paid" } };
    }
    const judged = this.#judge.judge(rule);
    if ("reason" in judged) return judged;

    const priced = this.#isAsPaid ? [] : [this.#takeOffLines(rule, judged.lines), this.#shipping.give(rule, rule.actions)];
    const given = [...priced, this.#grantPoints(rule, judged.lines), this.#tellStorefront(rule)];
    const gave = given.flatMap((part) => part.gave);
    const reason = given.find((part) => part.reason !== null)?.reason ?? null;
    return reason !== null && gave.length === 0 ? { reason } : { gave };
  }

  #takeOffLines(rule: CompiledRule, lines: readonly OpenLine[]): Given {
    const { discount, ...given } = giveDiscounts(rule, rule.actions, lines, this.#terms);
    if (discount !== null) this.#discounts.push(discount);
    return given;
  }

  #grantPoints(rule: CompiledRule, lines: readonly OpenLine[]): Given {
    const { grants, ...given } = grantPoints(rule, lines);
    this.#grants.push(...grants);
    return given;
  }

  #tellStorefront({ id, label, actions }: CompiledRule): Given {
    const told = actions.filter((action) => action.touches === "storefront");
    for (const { gives } of told) this.#effects.push({ rule: id, label, ...gives });
    return { gave: told.map(({ kind, name }) => ({ kind, name })), reason: null };
  }
}

const total = (lines: readonly LineDecision[], part: "net" | "discount"): number => lines.reduce((sum, line) => sum + line[part], 0);
