import type { BalanceSummary } from "../ledger/balance.ts";
import type { Instant, LotUse } from "../ledger/state.ts";
import type { Decision } from "../rules/decision.ts";
import type { Cart, OrderStatus, OrderView, PointsView } from "./order.ts";

/** What the first answer said beyond the decision; kept so that a replay answers the same. */
export type FirstAnswer = {
  tier: OrderView["tier"];
  balance: BalanceSummary;
  points: PointsView[];
  /** The whole first answer, kept when a revision has replaced the decision. */
  first?: OrderView;
};

/**
 * The points that an order was paid with: a row of `order_payments`. `back` of them, and of the amount that they paid, was given back.
 * All is 0 where a later cart pays with none.
 */
export type OrderPayment = {
  wallet: number;
  points: number;
  amount: number;
  pointsBack: number;
  amountBack: number;
  /** What was taken from each lot, in the order taken. */
  uses: readonly LotUse[];
};

/** An order: a row of `orders`. */
export type OrderState = {
  id: string;
  status: OrderStatus;
  occurredAt: Instant;
  completedAt: Instant | null;
  /** When its points, spend and place in the tier windows were booked; null before. */
  countedAt: Instant | null;
  cancelledAt: Instant | null;
  cart: Cart;
  decision: Decision;
  answer: FirstAnswer;
  /** Lots that its points went into; empty until it counts. */
  lots: number[];
  /** Units returned so far, by line number. */
  returned: Record<string, number>;
  /** Null where it was never paid with points. */
  payment: OrderPayment | null;
};
