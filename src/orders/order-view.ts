import { isoText } from "../core/iso-text.ts";
import type { BalanceSummary } from "../ledger/balance.ts";
import type { Decision, PaymentDecision } from "../rules/decision.ts";
import type { Cart, OrderView, PaymentView, PointsView } from "./order.ts";
import type { OrderState } from "./order-state.ts";

export type DecidedCart = {
  id: string | null;
  status: OrderView["status"];
  cart: Cart;
  decision: Decision;
  tier: OrderView["tier"];
  points: PointsView[];
  balance: BalanceSummary;
};

/** A decided cart as the API answers it: the same shape for a quote and for an order. */
export function decidedCartView({ id, status, cart, decision, tier, points, balance }: DecidedCart): OrderView {
  return {
    id,
    memberId: cart.memberId,
    status,
    occurredAt: isoText(Date.parse(cart.occurredAt)),
    currency: cart.currency,
    totals: decision.totals,
    lines: decision.lines.map(({ line, gross, discount, net }) => ({ line, gross, discount, net })),
    discounts: decision.discounts,
    points,
    effects: decision.effects,
    ...(decision.coupons !== undefined && { coupons: decision.coupons }),
    ...(decision.payment !== undefined && { payment: paymentView(decision.payment, decision.totals.payable, status === "quoted") }),
    tier,
    balance,
    ruleSet: decision.ruleSet,
  };
}

/** What is paid with points, and what is left of `payable`. How many it could be at most is only worth saying before the order is placed. */
function paymentView({ most, ...used }: PaymentDecision, payable: number, isQuote: boolean): PaymentView {
  return { ...used, remaining: payable - used.amount, ...(isQuote && { most }) };
}

/** An order of a member as it stands, with the tier and balance that its last command left. */
export function orderView(memberId: string, order: OrderState): OrderView {
  const { id, status, cart, decision } = order;
  const { tier, balance, points } = order.answer;
  return { ...decidedCartView({ id, status, cart, decision, tier, points, balance }), memberId };
}

/** What placing the order answered the first time, whatever has happened to it since. */
export function firstOrderView(order: OrderState, placedStatus: OrderView["status"]): OrderView {
  return order.answer.first ?? { ...orderView(order.cart.memberId, order), status: placedStatus };
}
