import { occurredAtOf } from "../core/occurred-at.ts";
import { redeemCoupons } from "../coupons/redeem-coupons.ts";
import { settle } from "../ledger/settle.ts";
import { balanceSummary } from "../ledger/summary.ts";
import { enrol, requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CommandContext } from "../programs/decide-context.ts";
import { decidedParts } from "../rules/points-parts.ts";
import type { PlaceOrder } from "./commands.ts";
import { countOrder } from "./count-order.ts";
import { checkCart, decideCart, type QuotedTerms, standingAt } from "./decide-cart.ts";
import type { OrderView } from "./order.ts";
import type { OrderState } from "./order-state.ts";
import { orderView } from "./order-view.ts";
import { payOrder } from "./pay-order.ts";
import { pointsView } from "./points-view.ts";

/**
 * Places an order: discounts and points by the rules and the member's tier, then what it earns and the tier it reaches.
 *
 * Errors: member_not_found, member_not_active, occurred_in_future, currency_mismatch, coupon_not_valid,
 *         payment_not_allowed, insufficient_points, quote_mismatch, quote_unavailable, amount_out_of_range; nothing changes.
 */
export function decidePlaceOrder(draft: MemberDraft, command: PlaceOrder, context: CommandContext, terms?: QuotedTerms): OrderView {
  const { program, now } = context;
  const { cart, orderId } = command;
  checkCart(cart, program);
  const occurredAt = occurredAtOf(cart.occurredAt, now);
  if (draft.status === "placeholder" && program.definition.autoEnroll) enrol(draft, program, occurredAt);
  requireActive(draft);
  settle(draft, now, program.version);

  const before = standingAt(draft, program, occurredAt).tier;
  const decision = decideCart(draft, cart, occurredAt, context, terms);
  draft.counters.take(decision.uses ?? []);
  if (terms !== undefined && draft.counters.reservation?.quoteId === terms.quoteId) draft.counters.reserve(null);
  const counts = program.definition.ordersCount === "placed";
  const order: OrderState = {
    id: orderId,
    status: "placed",
    occurredAt,
    completedAt: null,
    countedAt: null,
    cancelledAt: null,
    cart,
    decision,
    answer: { tier: { before, after: before }, balance: { wallets: {}, version: draft.version }, points: [] },
    lots: [],
    returned: {},
    payment: null,
  };
  draft.orders.set(orderId, order);
  draft.rows.placedOrders.push(orderId);
  redeemCoupons(draft, order, terms?.clock ?? occurredAt);
  draft.announce("order.placed", occurredAt, { orderId, totals: decision.totals });
  payOrder(draft, order, context);
  if (counts) countOrder(draft, order, { at: occurredAt, source: { kind: "order", id: orderId } }, context);

  order.answer = {
    tier: { before, after: draft.tier },
    balance: balanceSummary(draft, context),
    points: pointsView(program, decidedParts(decision), counts ? { at: occurredAt, order } : null, now),
  };
  return orderView(draft.id, order);
}
