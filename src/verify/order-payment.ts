import type { Kept } from "../orders/kept.ts";
import { compare, type Report } from "./reporter.ts";
import type { VerifiedOrder, VerifiedPayment } from "./verified-orders.ts";

const inWords = ({ wallet, points, amount, pointsBack, amountBack }: VerifiedPayment): string =>
  points === 0 ? "nothing" : `${points} ${wallet} for ${amount}, ${pointsBack} for ${amountBack} back`;

const NOTHING: VerifiedPayment = { wallet: "", points: 0, amount: 0, pointsBack: 0, amountBack: 0 };

/** An order was paid with the points that its decision says, and what no longer stays with what is kept of it was given back. */
export function verifyOrderPayment(order: VerifiedOrder, { paid: kept }: Kept, report: Report): void {
  const { payment: decided = NOTHING } = order.decision;
  const { wallet, points, amount } = decided;
  const expected = { wallet, points, amount, pointsBack: points - kept.points, amountBack: amount - kept.amount };
  compare(report, {
    check: "order_payment",
    member: order.member,
    subject: `order ${order.id}`,
    expected: inWords(expected),
    actual: inWords(order.paid ?? NOTHING),
  });
}
