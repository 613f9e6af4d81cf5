import { LoyaltyError } from "../core/errors.ts";
import { isoText } from "../core/iso-text.ts";
import { occurredAtOf } from "../core/occurred-at.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { settle } from "../ledger/settle.ts";
import { isoOrNull } from "../ledger/state.ts";
import { balanceSummary } from "../ledger/summary.ts";
import { requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { ConfirmedPointsView, ConfirmPoints } from "./commands.ts";
import { dateLots } from "./date-lots.ts";
import { editOrder, requireKept } from "./find-order.ts";

/**
 * Makes the points of an order available that wait for a step of it.
 * Errors: order_not_found, order_already_cancelled, points_not_waiting, member_not_active, occurred_in_future; nothing changes.
 */
export function decideConfirmPoints(draft: MemberDraft, command: ConfirmPoints, context: DecideContext): ConfirmedPointsView {
  const { program, wallets, now } = context;
  const order = editOrder(draft, command.orderId);
  requireKept(order);
  requireActive(draft);
  const confirmedAt = command.occurredAt === undefined ? now : occurredAtOf(command.occurredAt, now);
  settle(draft, now, program.version);

  const confirmed = dateLots(draft, order, { at: confirmedAt, step: "confirm" }, context);
  if (confirmed.length === 0) throw new LoyaltyError("points_not_waiting", { orderId: order.id });
  const answer: ConfirmedPointsView = {
    orderId: order.id,
    memberId: draft.id,
    confirmedAt: isoText(confirmedAt),
    points: confirmed.map(({ wallet, remaining, expiresAt }) => ({
      wallet: wallets.byNumber.get(wallet) ?? "",
      amount: remaining,
      expiresAt: isoOrNull(expiresAt),
    })),
    balance: balanceSummary(draft, context),
  };
  draft.announce("points.confirmed", confirmedAt, {
    orderId: order.id,
    points: answer.points.map(({ wallet, amount }) => ({ wallet, amount })),
  });
  draft.rows.commands.push({ kind: REQUEST_KINDS.points_confirmation, id: order.id, answer });
  return answer;
}
