import { LoyaltyError } from "../core/errors.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { OrderState } from "./order-state.ts";

/**
 * An order of the member, to be changed.
 * Errors: order_not_found. (An order of another member is refused before, where the batch is loaded.)
 */
export function editOrder(draft: MemberDraft, orderId: string): OrderState {
  const order = draft.orders.edit(orderId);
  if (order === undefined) throw new LoyaltyError("order_not_found", { orderId });
  return order;
}

/** Errors: order_already_cancelled; a cancelled or wholly returned order takes no further steps. */
export function requireKept(order: OrderState): void {
  if (order.status === "cancelled" || order.status === "returned") {
    throw new LoyaltyError("order_already_cancelled", { orderId: order.id, status: order.status });
  }
}
