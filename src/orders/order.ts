import type { BalanceSummary } from "../ledger/balance.ts";
import type {
  Attributes,
  CouponDecision,
  Decision,
  DiscountDecision,
  EffectDecision,
  PaymentDecision,
  PaymentOffer,
} from "../rules/decision.ts";

export type OrderStatus = "placed" | "completed" | "cancelled" | "returned";

export type CartLine = {
  line: number;
  sku: string;
  name?: string | undefined;
  category?: string | undefined;
  quantity: number;
  unitPrice: number;
  tax: number;
  paid?: number | undefined;
  attributes: Attributes;
};

/** What is bought: the body of a quote and, with an id, of an order. Amounts in minor units. */
export type Cart = {
  memberId: string;
  /** RFC 3339. */
  occurredAt: string;
  currency: string;
  pricing: "engine" | "asPaid";
  shipping: number;
  coupons: string[];
  /** Pays with so many points of a wallet, or with as many as may be; without `wallet` of the first that pays for orders. */
  payWithPoints?: { wallet?: string | undefined; points: PaymentOffer["points"] } | undefined;
  channel?: string | undefined;
  country?: string | undefined;
  attributes: Attributes;
  lines: CartLine[];
};

/** Points that an order gives as one lot. */
export type PointsView = {
  wallet: string;
  amount: number;
  /** `expected` until the order counts (`ordersCount: completed`), then as the lot is at that moment. */
  status: "expected" | "pending" | "available" | "expired";
  availableAt: string | null;
  expiresAt: string | null;
  rules: string[];
  /** The rule whose own terms say when they are available and expire; absent where their wallet says it. */
  rule?: string | undefined;
};

/** What of an order is paid with points. `most` is what a quote says beside it. */
export type PaymentView = Pick<PaymentDecision, "wallet" | "points" | "amount" | "lines" | "refused"> & {
  /** What is left to be paid in money, shipping included. */
  remaining: number;
  most?: PaymentDecision["most"] | undefined;
};

/** An order or a quote as the API answers it. */
export type OrderView = {
  id: string | null;
  memberId: string;
  status: OrderStatus | "quoted";
  occurredAt: string;
  currency: string;
  totals: Decision["totals"];
  lines: { line: number; gross: number; discount: number; net: number }[];
  discounts: DiscountDecision[];
  points: PointsView[];
  effects: EffectDecision[];
  /** What became of the cart's coupons; absent where it brought none. */
  coupons?: CouponDecision[] | undefined;
  /** Absent where the cart asked for none. */
  payment?: PaymentView | undefined;
  tier: { before: string; after: string };
  balance: BalanceSummary;
  ruleSet: number;
  /** What a cancellation took back; only in its answer. */
  takenBack?: Pick<ReturnView, "returnedNet" | "paidBack" | "clawedBack">;
};

export type ReturnLine = { line: number; quantity: number };

/** `points` paid `amount` of what is returned, and come back; `expired` of them too late. `refund` is what is paid back in money. */
export type PaidBack = { wallet: string; points: number; expired: number; amount: number; refund: number };

/** A return (or the cancellation, which returns the rest) as the API answers it. */
export type ReturnView = {
  id: string;
  orderId: string;
  memberId: string;
  occurredAt: string;
  lines: { line: number; quantity: number; net: number }[];
  /** What these lines were worth after discounts: what is paid back, shipping apart. */
  returnedNet: number;
  /** How: in points to the lots they came from, and in money. Absent where the order was not paid with points. */
  paidBack?: PaidBack | undefined;
  /** Points taken back in each wallet; `debt` is the part that was spent already, `writtenOff` what nobody pays. */
  clawedBack: { wallet: string; points: number; debt: number; writtenOff: number }[];
  order: { status: OrderStatus; keptNet: number };
  tier: string;
  balance: BalanceSummary;
};
