import type { CompiledRule } from "./compiled-rule.ts";
import type { CouponDecision, CouponOffer, CouponReason, Decision, UseDecision } from "./decision.ts";
import type { Reason } from "./judge.ts";
import type { Counter } from "./limits/counter.ts";

/** A coupon that carts can use, ready to be tried: a rule that has its turn after those that change the price. */
export type CompiledCoupon = {
  rule: CompiledRule;
  label: string;
  /** What must be left of the lines that it touches; 0 is nothing. Minor units. */
  minimum: number;
  isStackable: boolean;
  onReturn: "release" | "keep";
};

/** Gives one coupon, or says why it gives nothing. */
type Giver = { giveCoupon(coupon: CompiledCoupon, code: string): Reason | null };

/**
 * The coupons of one cart, each at its turn on what the former left: first those that change the price or add a gift, then
 * those that only take the shipping off. What a coupon is worth beyond what is left is lost; one that would give nothing
 * is not used.
 */
export class CouponTurns {
  readonly #offers: readonly CouponOffer[];
  readonly #coupons: ReadonlyMap<string, CompiledCoupon>;
  readonly #giver: Giver;
  readonly #decided = new Map<CouponOffer, CouponDecision>();
  readonly #used: CompiledCoupon[] = [];
  readonly #uses: UseDecision[] = [];

  constructor(offers: readonly CouponOffer[], coupons: ReadonlyMap<string, CompiledCoupon>, giver: Giver) {
    this.#offers = offers;
    this.#coupons = coupons;
    this.#giver = giver;
  }

  take(stage: "price" | "shipping"): void {
    for (const offer of this.#offers) {
      const { code, coupon: id, refused, counters } = offer;
      const coupon = id === undefined ? undefined : this.#coupons.get(id);
      const isDue = ((coupon?.rule.stage ?? "price") === "shipping") === (stage === "shipping");
      if (!isDue) continue;
      const named = {
        code,
        ...(id !== undefined && { coupon: id }),
        ...(coupon !== undefined && { label: coupon.label, onReturn: coupon.onReturn }),
        ...(counters !== undefined && { shared: true as const }),
      };
      const why = refused === undefined && coupon !== undefined ? this.#use(coupon, code) : { reason: refused ?? "not_usable" };
      this.#decided.set(offer, why === null ? { ...named, valid: true } : { ...named, valid: false, ...why });
      if (why === null && coupon !== undefined) this.#uses.push(...usesOf(coupon, counters ?? []));
    }
  }

  /** What the coupons that are used count. */
  uses(): readonly UseDecision[] {
    return this.#uses;
  }

  decided(): Pick<Decision, "coupons"> {
    if (this.#offers.length === 0) return {};
    return { coupons: this.#offers.flatMap((offer) => this.#decided.get(offer) ?? []) };
  }

  #use(coupon: CompiledCoupon, code: string): Pick<CouponDecision, "reason" | "missing"> | null {
    const [first] = this.#used;
    if (first !== undefined && !(first.isStackable && coupon.isStackable)) return { reason: "not_stackable" };
    const reason = this.#giver.giveCoupon(coupon, code);
    if (reason === null) {
      this.#used.push(coupon);
      return null;
    }
    return { reason: reasonOf(reason), ...(reason.kind === "threshold" && { missing: reason.short }) };
  }
}

function reasonOf({ kind }: Reason): CouponReason {
  switch (kind) {
    case "threshold":
      return "minimum";
    case "not_in_audience":
      return "tier";
    case "nothing_left":
    case "pricing_as_paid":
      return kind;
    // What is left is a condition on lines that selects none.
    default:
      return "nothing_in_scope";
  }
}

const usesOf = ({ rule, onReturn }: CompiledCoupon, counters: readonly Counter[]): UseDecision[] =>
  counters.map((counter) => ({
    ...counter,
    rule: rule.id,
    of: "uses",
    amount: 1,
    ...(onReturn === "keep" && { returns: "keep" as const }),
  }));
