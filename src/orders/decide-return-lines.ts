import { refuseField } from "../core/errors.ts";
import { isoText } from "../core/iso-text.ts";
import { occurredAtOf } from "../core/occurred-at.ts";
import { settle } from "../ledger/settle.ts";
import { balanceSummary } from "../ledger/summary.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { ReturnLines } from "./commands.ts";
import { editOrder, requireKept } from "./find-order.ts";
import type { ReturnLine, ReturnView } from "./order.ts";
import type { OrderState } from "./order-state.ts";
import { takeBack } from "./take-back.ts";

/** Units to take back by line; a line named twice is summed. Errors: request_invalid, return_exceeds_order, naming the line. */
function unitsToReturn(order: OrderState, lines: readonly ReturnLine[]): Map<number, number> {
  const units = new Map<number, number>();
  for (const [index, { line, quantity }] of lines.entries()) {
    const bought = order.cart.lines.find((candidate) => candidate.line === line)?.quantity;
    if (bought === undefined) throw refuseField("request_invalid", `/lines/${index}/line`, `the order has no line ${line}`, { line });
    const requested = (units.get(line) ?? 0) + quantity;
    const kept = bought - (order.returned[line] ?? 0);
    if (requested > kept) {
      throw refuseField("return_exceeds_order", `/lines/${index}/quantity`, `line ${line} has ${kept} left to return`, {
        line,
        bought,
        kept,
        requested,
      });
    }
    units.set(line, requested);
  }
  return units;
}

/**
 * Returns units of an order's lines and takes back the points that they earned.
 * Errors: order_not_found, order_already_cancelled, return_exceeds_order, request_invalid (a line that the order does
 *         not have), occurred_in_future; nothing changes.
 */
export function decideReturnLines(draft: MemberDraft, command: ReturnLines, context: DecideContext): ReturnView {
  const order = editOrder(draft, command.orderId);
  if (order.status === "cancelled") requireKept(order);
  const occurredAt = occurredAtOf(command.occurredAt, context.now);
  const units = unitsToReturn(order, command.lines);
  settle(draft, context.now, context.program.version);

  const source = { kind: "return", id: command.returnId } as const;
  const { keptNet, isAllBack, ...taken } = takeBack(draft, order, units, { at: occurredAt, source }, context);
  if (isAllBack) order.status = "returned";
  draft.announce("order.returned", occurredAt, { orderId: order.id, returnId: command.returnId, returnedNet: taken.returnedNet });

  const answer: ReturnView = {
    id: command.returnId,
    orderId: order.id,
    memberId: draft.id,
    occurredAt: isoText(occurredAt),
    ...taken,
    order: { status: order.status, keptNet },
    tier: draft.tier,
    balance: balanceSummary(draft, context),
  };
  draft.rows.returns.push({ id: command.returnId, orderId: order.id, occurredAt, answer });
  return answer;
}
