import { occurredAtOf } from "../core/occurred-at.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { settle } from "../ledger/settle.ts";
import { balanceSummary } from "../ledger/summary.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { CancelOrder } from "./commands.ts";
import { editOrder, requireKept } from "./find-order.ts";
import type { OrderView } from "./order.ts";
import { orderView } from "./order-view.ts";
import { takeBack } from "./take-back.ts";

/**
 * Cancels an order: the same as returning all that is left of it.
 * Errors: order_not_found, order_already_cancelled, occurred_in_future.
 */
export function decideCancelOrder(draft: MemberDraft, command: CancelOrder, context: DecideContext): OrderView {
  const { program, now } = context;
  const order = editOrder(draft, command.orderId);
  requireKept(order);
  const cancelledAt = command.occurredAt === undefined ? now : occurredAtOf(command.occurredAt, now);
  settle(draft, now, program.version);

  const before = draft.tier;
  const rest = order.cart.lines
    .map(({ line, quantity }) => [line, quantity - (order.returned[line] ?? 0)] as const)
    .filter(([, units]) => units > 0);
  const {
    lines: _lines,
    keptNet: _keptNet,
    isAllBack: _isAllBack,
    ...takenBack
  } = takeBack(draft, order, new Map(rest), { at: cancelledAt, source: { kind: "cancel", id: order.id } }, context);
  order.status = "cancelled";
  order.cancelledAt = cancelledAt;
  draft.announce("order.cancelled", cancelledAt, { orderId: order.id });

  const cancelled = orderView(draft.id, {
    ...order,
    answer: { ...order.answer, tier: { before, after: draft.tier }, balance: balanceSummary(draft, context) },
  });
  const answer: OrderView = { ...cancelled, takenBack };
  draft.rows.commands.push({ kind: REQUEST_KINDS.cancel, id: order.id, answer });
  return answer;
}
