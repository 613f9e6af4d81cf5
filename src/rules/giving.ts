import type { AppliedGrant, EarningLine } from "./accrual-extras.ts";
import { accrue } from "./accrue.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import type {
  AccrualDecision,
  DiscountDecision,
  EffectDecision,
  LineDecision,
  PaymentDecision,
  StorefrontEffect,
  UseDecision,
} from "./decision.ts";
import type { EffectAction, OrderTerms } from "./effects/action.ts";
import { type Gave, type Given, giveDiscounts, nothingGiven } from "./give-discounts.ts";
import { grantPoints } from "./grant-points.ts";
import type { Reason } from "./judge.ts";
import { cutDiscount } from "./limits/cut-money.ts";
import type { Limiter } from "./limits/limiter.ts";
import { pointCutsOf } from "./limits/point-cuts.ts";
import { shippingOffBy, usesOf } from "./limits/uses.ts";
import { closeLine, type OpenCart } from "./open-cart.ts";
import { type OpenLine, sumLeft } from "./open-line.ts";
import { decidePayment, earningAfter } from "./payment.ts";
import type { RuleSet } from "./rule-set.ts";
import { Shipping } from "./shipping.ts";

/** What a rule gave, one entry an effect, or why it gave nothing. */
export type RuleOutcome = { gave: Gave[] } | { reason: Reason };

/** An order when all rules have had their turn. */
export type Closed = {
  lines: LineDecision[];
  discounts: DiscountDecision[];
  accruals: AccrualDecision[];
  effects: EffectDecision[];
  uses: UseDecision[];
  payment: PaymentDecision | null;
  pointCuts: ReadonlyMap<string, Gave[]>;
};

const NO_CUTS: Closed["pointCuts"] = new Map();

/** What has been given on one order so far and what is left of it. */
export class Giving {
  readonly shipping: Shipping;
  readonly #cart: OpenCart;
  readonly #ruleSet: RuleSet;
  readonly #terms: OrderTerms;
  readonly #limiter: Limiter;
  #discounts: readonly DiscountDecision[] = [];
  #grants: readonly AppliedGrant[] = [];
  #effects: readonly EffectDecision[] = [];
  /** Rules with limits that have given something. */
  #limited: readonly CompiledRule[] = [];

  constructor(cart: OpenCart, ruleSet: RuleSet, tier: string, limiter: Limiter) {
    this.shipping = new Shipping(cart.facts.shipping);
    this.#cart = cart;
    this.#ruleSet = ruleSet;
    this.#limiter = limiter;
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
    const [discounts, grants, effects, limited] = [this.#discounts, this.#grants, this.#effects, this.#limited];
    return () => {
      for (const [index, line] of lines.entries()) line.left = left[index] ?? 0;
      resetShipping();
      [this.#discounts, this.#grants, this.#effects, this.#limited] = [discounts, grants, effects, limited];
    };
  }

  /** Gives all that a rule's effects say on the lines that it touches, as far as its limits let it. */
  give(rule: CompiledRule, lines: readonly OpenLine[]): RuleOutcome {
    const barred = this.#limiter.bars(rule);
    if (barred !== null) return { reason: barred };
    const priced = this.isAsPaid
      ? []
      : [this.takeOff(rule, rule.actions, lines), this.shipping.give(rule, rule.actions), this.#cutMoney(rule)];
    const gave: Gave[] = [];
    let reason: Reason | null = null;
    for (const part of [...priced, this.#grantPoints(rule, lines), this.#tellStorefront(rule)]) {
      gave.push(...part.gave);
      reason ??= part.reason;
    }
    if (gave.length > 0 && rule.limits.length + rule.stocks.size > 0) this.#limited = [...this.#limited, rule];
    return reason !== null && gave.length === 0 ? { reason } : { gave };
  }

  /** Takes the discounts among some effects off the lines. */
  takeOff(
    rule: Pick<CompiledRule, "id" | "label" | "stacking" | "code">,
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

  /** How the order stands, as a decision says it, and what limits took away of the points of each rule. Errors: amount_out_of_range. */
  close(): Closed {
    const { lines, payment } = this.#pay(this.#closeLines());
    const accruals = this.#accrue(lines);
    const given = { discounts: [...this.#discounts], accruals, effects: [...this.#effects, ...this.shipping.effects] };
    if (this.#limited.length === 0) return { lines, ...given, payment, uses: [], pointCuts: NO_CUTS };
    const earning = new Map(this.#earning(lines).map(({ line, base, units }) => [line, { base, units }]));
    const cut = this.#limited.map((rule) => [rule.id, pointCutsOf(rule, { accruals, earning, lines }, this.#limiter)] as const);
    const uses = this.#limited.flatMap((rule) => usesOf(rule, given, this.#limiter));
    return { lines, ...given, payment, uses, pointCuts: new Map(cut) };
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

  /** Pays with points what is left when all prices are settled, and says what then still earns points. */
  #pay(lines: LineDecision[]): { lines: LineDecision[]; payment: PaymentDecision | null } {
    const offer = this.#cart.facts.payment;
    if (offer === undefined) return { lines, payment: null };
    const payment = decidePayment(offer, lines);
    return { lines: earningAfter(offer, payment, lines), payment };
  }

  #accrue(lines: readonly LineDecision[], grants = this.#grants): AccrualDecision[] {
    return accrue(this.#ruleSet.earning, this.#earning(lines), grants);
  }

  #earning(lines: readonly LineDecision[]): EarningLine[] {
    return this.#cart.lines.map(({ facts }, index) => {
      const decided = lines[index];
      return { line: facts.line, base: decided?.earning ?? decided?.base ?? 0, units: facts.quantity };
    });
  }

  /** Gives back what is over the rule's limit on money: of the shipping first, then of the lines. */
  #cutMoney(rule: CompiledRule): Given {
    const room = this.#limiter.room(rule, "money");
    if (room === null) return nothingGiven();
    const own = this.#discounts.find((discount) => discount.rule === rule.id);
    const shippingOff = shippingOffBy(rule.id, this.shipping.effects);
    const off = (own?.amount ?? 0) + shippingOff;
    if (off <= room.left) return nothingGiven();
    const discount = own === undefined ? null : cutDiscount(own, room.left, this.#cart.lines);
    this.#discounts = this.#discounts.flatMap((given) => (given === own ? (discount ?? []) : [given]));
    this.shipping.giveBack(rule.id, shippingOff - (room.left - (discount?.amount ?? 0)));
    return { gave: [{ kind: "limited", cut: off - room.left, limit: this.#limiter.factsOf(room.limit) }], reason: null };
  }

  #grantPoints(rule: CompiledRule, lines: readonly OpenLine[]): Given {
    const { grants, ...given } = grantPoints(rule, lines);
    if (grants.length === 0) return given;
    const limited = new Set(rule.limits.flatMap(({ of, wallet }) => (of === "points" && wallet !== null ? [wallet] : [])));
    const room = new Map([...limited].map((wallet) => [wallet, this.#limiter.room(rule, "points", wallet)?.left ?? 0]));
    const { pointsTerms: terms } = rule;
    const isApart = room.size > 0 || terms !== undefined;
    this.grant(...(isApart ? grants.map((grant) => ({ ...grant, room, terms })) : grants));
    return given;
  }

  #tellStorefront({ id, label, actions, stocks }: CompiledRule): Given {
    const told: Given = { gave: [], reason: null };
    for (const action of actions) {
      if (action.touches !== "storefront") continue;
      const { kind, name, gives } = action;
      const stocked = this.#fromStock(gives, stocks);
      told.reason ??= stocked.reason;
      if (stocked.gives === null) continue;
      this.#effects = [...this.#effects, { rule: id, label, ...stocked.gives }];
      told.gave.push({ kind, name }, ...stocked.gave);
    }
    return told;
  }

  /** Of a gift with a stock, as many as there are. */
  #fromStock(gives: StorefrontEffect, stocks: CompiledRule["stocks"]): Given & { gives: StorefrontEffect | null } {
    const stock = gives.kind === "gift" ? stocks.get(gives.sku) : undefined;
    if (gives.kind !== "gift" || stock === undefined) return { gives, gave: [], reason: null };
    const { left } = this.#limiter.roomOf(stock);
    const facts = this.#limiter.factsOf(stock);
    if (left === 0)
      return { gives: null, gave: [], reason: { kind: "out_of_stock", sku: gives.sku, atMost: facts.atMost, used: facts.used } };
    if (left >= gives.quantity) return { gives, gave: [], reason: null };
    return {
      gives: { ...gives, quantity: left },
      gave: [{ kind: "limited", name: gives.sku, cut: gives.quantity - left, limit: facts }],
      reason: null,
    };
  }
}
