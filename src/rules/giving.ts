import type { AppliedGrant, EarningLine } from "./accrual-extras.ts";
import { accrue } from "./accrue.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import type { AccrualDecision, DiscountDecision, EffectDecision, LineDecision } from "./decision.ts";
import type { EffectAction, OrderTerms } from "./effects/action.ts";
import { type Gave, type Given, giveDiscounts } from "./give-discounts.ts";
import { grantPoints } from "./grant-points.ts";
import type { Reason } from "./judge.ts";
import { closeLine, type OpenCart } from "./open-cart.ts";
import { type OpenLine, sumLeft } from "./open-line.ts";
import type { RuleSet } from "./rule-set.ts";
import { Shipping } from "./shipping.ts";

/** What a rule gave, one entry an effect, or why it gave nothing. */
export type RuleOutcome = { gave: Gave[] } | { reason: Reason };

/** What has been given on one order so far and what is left of it. */
export class Giving {
  readonly shipping: Shipping;
  readonly #cart: OpenCart;
  readonly #ruleSet: RuleSet;
  readonly #terms: OrderTerms;
  #discounts: readonly DiscountDecision[] = [];
  #grants: readonly AppliedGrant[] = [];
  #effects: readonly EffectDecision[] = [];

  constructor(cart: OpenCart, ruleSet: RuleSet, tier: string) {
    this.shipping = new Shipping(cart.facts.shipping);
    this.#cart = cart;
    this.#ruleSet = ruleSet;
    this.#terms = { tier, attributes: cart.facts.attributes };
  }

  /** What was paid is settled: such an order gets points, but no discount and nothing off its shipping. */
  get isAsPaid(): boolean {
    return this.#cart.facts.pricing === "asPaid";
  }

  /** What is left of the lines together, in minor units. */
  get left(): number {
    return sumLeft(this.#cart.lines);
  }

  /** Remembers how things stand; calling the answer sets them back to it. */
  mark(): () => void {
    const { lines } = this.#cart;
    const [left, resetShipping] = [lines.map((line) => line.left), this.shipping.mark()];
    const [discounts, grants, effects] = [this.#discounts, this.#grants, this.#effects];
    return () => {
      for (const [index, line] of lines.entries()) line.left = left[index] ?? 0;
      resetShipping();
      [this.#discounts, this.#grants, this.#effects] = [discounts, grants, effects];
    };
  }

  /** Gives all that a rule's effects say on the lines that it touches. */
  give(rule: CompiledRule, lines: readonly OpenLine[]): RuleOutcome {
    const priced = this.isAsPaid ? [] : [this.takeOff(rule, rule.actions, lines), this.shipping.give(rule, rule.actions)];
    const given = [...priced, this.#grantPoints(rule, lines), this.#tellStorefront(rule)];
    const gave = given.flatMap((part) => part.gave);
    const reason = given.find((part) => part.reason !== null)?.reason ?? null;
    return reason !== null && gave.length === 0 ? { reason } : { gave };
  }

  /** Takes the discounts among some effects off the lines. */
  takeOff(
    rule: Pick<CompiledRule, "id" | "label" | "stacking">,
    actions: readonly EffectAction[],
    lines: readonly OpenLine[] = this.#cart.lines,
  ): Given {
    const { discount, ...given } = giveDiscounts(rule, actions, lines, this.#terms);
    if (discount !== null) this.#discounts = [...this.#discounts, discount];
    return given;
  }

  grant(...grants: AppliedGrant[]): void {
    this.#grants = [...this.#grants, ...grants];
  }

  /** How the order stands, as a decision says it. Errors: amount_out_of_range. */
  close(): { lines: LineDecision[]; discounts: DiscountDecision[]; accruals: AccrualDecision[]; effects: EffectDecision[] } {
    const lines = this.#closeLines();
    return { lines, discounts: [...this.#discounts], accruals: this.#accrue(lines), effects: [...this.#effects, ...this.shipping.effects] };
  }

  /** The points by all that was granted so far on what is left now. Errors: amount_out_of_range. */
  points(): AccrualDecision[] {
    return this.#accrue(this.#closeLines());
  }

  /** The points on what is left now, but by what was granted before. */
  pointsWithout(rule: CompiledRule): AccrualDecision[] {
    return this.#accrue(
      this.#closeLines(),
      this.#grants.filter((grant) => grant.rule !== rule.id),
    );
  }

  grantsPointsBy({ id }: CompiledRule): boolean {
    return this.#grants.some(({ rule }) => rule === id);
  }

  #closeLines(): LineDecision[] {
    return this.#cart.lines.map((line) => closeLine(line, this.#cart.facts.pricing));
  }

  #accrue(lines: readonly LineDecision[], grants = this.#grants): AccrualDecision[] {
    const earning = this.#cart.lines.map(
      ({ facts }, index): EarningLine => ({ line: facts.line, base: lines[index]?.base ?? 0, units: facts.quantity }),
    );
    return accrue(this.#ruleSet.earning, earning, grants);
  }

  #grantPoints(rule: CompiledRule, lines: readonly OpenLine[]): Given {
    const { grants, ...given } = grantPoints(rule, lines);
    this.grant(...grants);
    return given;
  }

  #tellStorefront({ id, label, actions }: CompiledRule): Given {
    const told = actions.filter((action) => action.touches === "storefront");
    if (told.length > 0) this.#effects = [...this.#effects, ...told.map(({ gives }) => ({ rule: id, label, ...gives }))];
    return { gave: told.map(({ kind, name }) => ({ kind, name })), reason: null };
  }
}
