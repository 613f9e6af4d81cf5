import { LoyaltyError } from "../core/errors.ts";
import { occurredAtOf } from "../core/occurred-at.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { settle } from "../ledger/settle.ts";
import type { LotState } from "../ledger/state.ts";
import { balanceSummary } from "../ledger/summary.ts";
import { requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CommandContext } from "../programs/decide-context.ts";
import type { CompleteOrder } from "./commands.ts";
import { countOrder } from "./count-order.ts";
import { dateLots } from "./date-lots.ts";
import { editOrder, requireKept } from "./find-order.ts";
import { keptOf } from "./kept.ts";
import type { OrderView, PointsView } from "./order.ts";
import { orderView } from "./order-view.ts";
import { datesView, pointsView } from "./points-view.ts";

/**
 * Completes an order. Where the program counts orders when they are completed, this is when it earns its points and
 * its place in the tier windows; points that waited for the completion become available now, or so long after as the wallet says.
 * Errors: order_not_found, order_already_completed, order_already_cancelled, member_not_active, occurred_in_future.
 */
export function decideCompleteOrder(draft: MemberDraft, command: CompleteOrder, context: CommandContext): OrderView {
  const { program, now } = context;
  const order = editOrder(draft, command.orderId);
  if (order.status === "completed") throw new LoyaltyError("order_already_completed", { orderId: order.id });
  requireKept(order);
  requireActive(draft);
  const completedAt = command.occurredAt === undefined ? now : occurredAtOf(command.occurredAt, now);
  settle(draft, now, program.version);

  const before = draft.tier;
  order.status = "completed";
  order.completedAt = completedAt;
  draft.announce("order.completed", completedAt, { orderId: order.id });
  const counts = order.countedAt === null;
  if (counts) countOrder(draft, order, { at: completedAt, source: { kind: "complete", id: order.id } }, context);
  const dated = counts ? [] : dateLots(draft, order, { at: completedAt, step: "completed" }, context);

  const points = counts
    ? pointsView(program, keptOf(order, order.returned).points, { at: completedAt, order }, now)
    : withDates(order.answer.points, dated, context);
  const completed = { ...order, answer: { tier: { before, after: draft.tier }, balance: balanceSummary(draft, context), points } };
  const answer = orderView(draft.id, completed);
  draft.rows.commands.push({ kind: REQUEST_KINDS.complete, id: order.id, answer });
  return answer;
}

/** Points as they were when the order was placed, those that have got their dates with them. */
function withDates(points: readonly PointsView[], dated: readonly LotState[], { wallets, now }: CommandContext): PointsView[] {
  return points.map((given) => {
    const isOwn = (lot: LotState) => wallets.byNumber.get(lot.wallet) === given.wallet && lot.rule === (given.rule ?? null);
    const lot = dated.find(isOwn);
    return lot === undefined ? given : { ...given, ...datesView(lot, now) };
  });
}
