import { assert } from "../core/assert.ts";
import type { Source } from "../ledger/accounts.ts";
import { giveBack } from "../ledger/give-back.ts";
import { redeem } from "../ledger/redeem.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { type DecideContext, type NumberedWallet, walletsOf } from "../programs/decide-context.ts";
import type { KeptPayment } from "../rules/payment.ts";
import type { PaidBack } from "./order.ts";
import type { OrderPayment, OrderState } from "./order-state.ts";

// Points move at the engine's time, whatever the time of the order or the return: lots are spent as they are now.

function walletWhere(context: DecideContext, isIt: (wallet: NumberedWallet) => boolean): NumberedWallet {
  const wallet = walletsOf(context).find(isIt);
  assert(wallet, "a wallet that members hold points in stays in the program");
  return wallet;
}

/**
 * Takes the points that an order's decision pays with, those first that expire first. Before the order's own points are booked: they
 * cannot pay for it. Does nothing where it pays with none.
 * Errors: insufficient_points, should a household hold less than the decision has seen.
 */
export function payOrder(draft: MemberDraft, order: OrderState, context: DecideContext): void {
  const { payment } = order.decision;
  if (payment === undefined || payment.points === 0) return;
  const { points, amount } = payment;
  const wallet = walletWhere(context, ({ definition }) => definition.id === payment.wallet);
  const source = { kind: "order", id: order.id } as const;
  const uses = redeem(draft, { wallet, points, occurredAt: context.now, source }, context);
  order.payment = { wallet: wallet.number, points, amount, pointsBack: 0, amountBack: 0, uses };
}

/** What an order was paid with; null where with nothing. */
function paymentOf({ payment, decision }: OrderState): OrderPayment | null {
  assert(decision.payment === undefined || decision.payment.points === (payment?.points ?? 0), "the payment of an order is loaded with it");
  return payment === null || payment.points === 0 ? null : payment;
}

type GivingBack = { points: number; amount: number; source: Source };

function giveBackTo(
  draft: MemberDraft,
  { wallet: number, uses, pointsBack }: OrderPayment,
  { points, amount, source }: GivingBack,
  context: DecideContext,
): Omit<PaidBack, "refund"> {
  const wallet = walletWhere(context, (each) => each.number === number);
  const asked = { wallet, uses, alreadyBack: pointsBack, points, occurredAt: context.now, source };
  return { wallet: wallet.definition.id, amount, ...giveBack(draft, asked, context) };
}

/**
 * Gives back what of an order's payment no longer stays with what is kept of it, to the very lots that it came from; of lots whose
 * date has passed as the wallet's `renewal` says.
 * Answers: what is paid back of `returnedNet`, in points and in money; undefined where the order was not paid with points.
 */
export function payBack(
  draft: MemberDraft,
  order: OrderState,
  { before, after, returnedNet, source }: { before: KeptPayment; after: KeptPayment; returnedNet: number; source: Source },
  context: DecideContext,
): PaidBack | undefined {
  const payment = paymentOf(order);
  if (payment === null) return undefined;
  const points = before.points - after.points;
  const amount = before.amount - after.amount;
  const back = giveBackTo(draft, payment, { points, amount, source }, context);
  order.payment = { ...payment, pointsBack: payment.pointsBack + points, amountBack: payment.amountBack + amount };
  return { ...back, refund: returnedNet - amount };
}

/** Gives back all that a cart was paid with which another one replaces. Nothing of it was returned. */
export function withdrawPayment(draft: MemberDraft, order: OrderState, context: DecideContext): void {
  const payment = paymentOf(order);
  if (payment === null) return;
  const { points, amount } = payment;
  giveBackTo(draft, payment, { points, amount, source: { kind: "order", id: order.id } }, context);
  order.payment = { wallet: payment.wallet, points: 0, amount: 0, pointsBack: 0, amountBack: 0, uses: [] };
}
