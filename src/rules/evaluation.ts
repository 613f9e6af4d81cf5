import type { CompiledRule } from "./compiled-rule.ts";
import type { CompiledCoupon } from "./coupon-turns.ts";
import type { Decision, LineDecision, RuleTrace } from "./decision.ts";
import type { Gave } from "./give-discounts.ts";
import { Giving, type RuleOutcome } from "./giving.ts";
import { type DemandFacts, ruledOut } from "./index/ruled-out.ts";
import type { Judge, Reason } from "./judge.ts";
import type { Turn } from "./lanes/turns.ts";
import { winnerOf } from "./lanes/winner.ts";
import { type GiftWorth, worthOf } from "./lanes/worth.ts";
import type { Limiter } from "./limits/limiter.ts";
import type { OpenCart } from "./open-cart.ts";
import { sumLeft } from "./open-line.ts";
import { paymentTrace } from "./payment.ts";
import type { RuleSet } from "./rule-set.ts";
import { freeTierShipping } from "./shipping.ts";
import { type TierBenefits, tierTrace } from "./tier-benefits.ts";

/** What a decision asks beside the cart and the rules. */
export type DecidingBy = { judge: Judge; limiter: Limiter; demanded: DemandFacts };

/** The decision on one order while it is made: the tier first, then each rule or lane at its turn, then points. */
export class Evaluation {
  readonly #cart: OpenCart;
  readonly #ruleSet: RuleSet;
  readonly #judge: Judge;
  readonly #giving: Giving;
  readonly #tier: string;
  readonly #demanded: DemandFacts;
  readonly #trace: RuleTrace[] = [];

  constructor(cart: OpenCart, ruleSet: RuleSet, tier: string, { judge, limiter, demanded }: DecidingBy) {
    this.#cart = cart;
    this.#ruleSet = ruleSet;
    this.#judge = judge;
    this.#demanded = demanded;
    this.#tier = tier;
    this.#giving = new Giving(cart, ruleSet, tier, limiter);
  }

  giveTierBenefits(benefits: TierBenefits): void {
    const { rule, factor, multiplier } = benefits;
    const { gave } = this.#giving.takeOff({ ...rule, stacking: "left" }, this.#giving.isAsPaid ? [] : benefits.discounts);
    if (factor !== null) {
      this.#giving.grant({ rule: rule.id, grant: { grants: "multiplier", wallet: null, factor, multiplier }, lines: null });
    }
    this.#trace.push(tierTrace(benefits, gave));
  }

  giveTierShipping(benefits: TierBenefits): void {
    if (this.#giving.isAsPaid) return;
    this.#trace.push(...freeTierShipping(benefits, this.#giving.left, this.#giving.shipping));
  }

  take(turn: Turn): void {
    if ("rule" in turn) this.#settle(turn.rule, this.#try(turn.rule));
    else if (turn.lane.winner === "first") this.#takeFirst(turn.lane.id, turn.rules);
    else if (turn.lane.winner !== "all") this.#takeByWorth(turn.lane.id, turn.lane.winner, turn.rules);
  }

  /** Gives a coupon on what is left at its turn, or says why it gives nothing. */
  giveCoupon({ rule, minimum }: CompiledCoupon, code: string): Reason | null {
    const outcome = this.#try({ ...rule, code }, minimum);
    const settled: RuleOutcome = "gave" in outcome && outcome.gave.length === 0 ? { reason: { kind: "nothing_left" } } : outcome;
    this.#settle(rule, settled);
    return "reason" in settled ? settled.reason : null;
  }

  decide(): Decision {
    const { lines, uses, payment, pointCuts, ...given } = this.#giving.close();
    if (payment !== null) this.#trace.push(paymentTrace(payment));
    const net = total(lines, "net");
    const shipping = this.#giving.shipping.left;
    return {
      ruleSet: this.#ruleSet.version,
      tier: this.#tier,
      totals: { gross: this.#cart.gross, discount: total(lines, "discount"), net, shipping, payable: net + shipping },
      lines,
      ...given,
      trace: this.#trace.map((entry) => withCuts(entry, pointCuts.get(entry.rule))),
      ...(uses.length > 0 && { uses }),
      ...(payment !== null && { payment }),
    };
  }

  #takeFirst(lane: string, rules: readonly CompiledRule[]): void {
    let winner: string | undefined;
    for (const rule of rules) {
      const outcome = winner === undefined ? this.#try(rule) : this.#beaten(rule, { lane, by: winner });
      if (givesAnything(outcome)) winner = rule.id;
      this.#settle(rule, outcome);
    }
  }

  /** Tries each rule on what is left at the lane's turn, and leaves standing what the winner gave. */
  #takeByWorth(lane: string, how: "best_for_member" | "least_cost", rules: readonly CompiledRule[]): void {
    const setBack = this.#giving.mark();
    const tried = rules.map((rule) => {
      const before = this.#giving.left + this.#giving.shipping.left;
      const outcome = this.#try(rule);
      const trial = { rule, outcome, worth: this.#worthOf(rule, before), restore: this.#giving.mark() };
      setBack();
      return trial;
    });
    const winner = winnerOf(
      tried.filter(({ outcome }) => givesAnything(outcome)),
      how,
    );
    winner?.restore();
    for (const { rule, outcome } of tried) {
      const isBeaten = winner !== undefined && rule !== winner.rule && givesAnything(outcome);
      this.#settle(rule, isBeaten ? { reason: { kind: "lane_taken", lane, by: winner.rule.id } } : outcome);
    }
  }

  /** A rule that could not apply anyway says that, whoever has won. */
  #beaten(rule: CompiledRule, taken: { lane: string; by: string }): RuleOutcome {
    return { reason: ruledOut(rule, this.#demanded) ?? { kind: "lane_taken", ...taken } };
  }

  #worthOf(rule: CompiledRule, leftBefore: number): GiftWorth {
    const off = leftBefore - this.#giving.left - this.#giving.shipping.left;
    const points = this.#giving.grantsPointsBy(rule)
      ? { before: this.#giving.pointsWithout(rule), after: this.#giving.points() }
      : { before: [], after: [] };
    return worthOf(off, points, this.#ruleSet.worth);
  }

  /** `minimum` is what must be left of the lines that it touches. */
  #try(rule: CompiledRule, minimum = 0): RuleOutcome {
    const reason = ruledOut(rule, this.#demanded);
    if (reason !== null) return { reason };
    if (this.#giving.isAsPaid && rule.actions.every(({ touches }) => touches === "price" || touches === "shipping")) {
      return { reason: { kind: "pricing_as_paid" } };
    }
    const judged = this.#judge.judge(rule);
    if ("reason" in judged) return judged;
    const left = minimum === 0 ? 0 : sumLeft(judged.lines);
    if (left < minimum) return { reason: { kind: "threshold", atLeast: minimum, value: left, short: minimum - left } };
    return this.#giving.give(rule, judged.lines);
  }

  #settle(rule: CompiledRule, outcome: RuleOutcome): void {
    const { id, label } = rule;
    if ("reason" in outcome) this.#trace.push({ rule: id, label, matched: false, reason: outcome.reason, gave: [] });
    else {
      this.#judge.applied(rule);
      this.#trace.push({ rule: id, label, matched: true, gave: outcome.gave });
    }
  }
}

const withCuts = (entry: RuleTrace, cuts: readonly Gave[] = []): RuleTrace =>
  cuts.length === 0 ? entry : { ...entry, gave: [...entry.gave, ...cuts] };

/** A rule may apply and still give nothing, such as 0 %. */
const givesAnything = (outcome: RuleOutcome): boolean => "gave" in outcome && outcome.gave.length > 0;

const total = (lines: readonly LineDecision[], part: "net" | "discount"): number => lines.reduce((sum, line) => sum + line[part], 0);
