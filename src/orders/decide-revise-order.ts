import { LoyaltyError } from "../core/errors.ts";
import { occurredAtOf } from "../core/occurred-at.ts";
import { redeemCoupons, withdrawCoupons } from "../coupons/redeem-coupons.ts";
import { settle } from "../ledger/settle.ts";
import { balanceSummary } from "../ledger/summary.ts";
import { requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import { decidedParts } from "../rules/points-parts.ts";
import type { ReviseOrder } from "./commands.ts";
import { checkCart, decideCart } from "./decide-cart.ts";
import { editOrder } from "./find-order.ts";
import type { OrderView } from "./order.ts";
import { firstOrderView, orderView } from "./order-view.ts";
import { payOrder, withdrawPayment } from "./pay-order.ts";
import { pointsView } from "./points-view.ts";

/**
 * Replaces the cart of an order that has not counted yet, and decides it anew with the rule set in force, as if the former
 * cart had used nothing of caps and budgets and had not been paid with points.
 * Errors: order_not_found; order_not_open when it has counted, ended, or something of it was returned (return lines
 *         instead); and those of placing an order. Nothing changes.
 */
export function decideReviseOrder(draft: MemberDraft, command: ReviseOrder, context: DecideContext): OrderView {
  const { program, now } = context;
  const { cart } = command;
  const order = editOrder(draft, command.orderId);
  const isOpen = order.status === "placed" && order.countedAt === null && Object.keys(order.returned).length === 0;
  if (!isOpen) throw new LoyaltyError("order_not_open", { orderId: order.id, status: order.status });
  requireActive(draft);
  checkCart(cart, program);
  const occurredAt = occurredAtOf(cart.occurredAt, now);
  settle(draft, now, program.version);

  const first = firstOrderView(order, "placed");
  draft.counters.giveBack(order.decision.uses ?? []);
  withdrawCoupons(draft, order, occurredAt);
  withdrawPayment(draft, order, context);
  const decision = decideCart(draft, cart, occurredAt, context);
  draft.counters.take(decision.uses ?? []);
  order.cart = cart;
  order.decision = decision;
  order.occurredAt = occurredAt;
  redeemCoupons(draft, order, occurredAt);
  payOrder(draft, order, context);
  order.answer = {
    first,
    tier: { before: decision.tier, after: draft.tier },
    balance: balanceSummary(draft, context),
    points: pointsView(program, decidedParts(decision), null, now),
  };
  draft.announce("order.revised", occurredAt, { orderId: order.id, totals: decision.totals });
  return orderView(draft.id, order);
}
