import type { BalanceSummary } from "../ledger/balance.ts";
import type { Attributes, CouponDecision, Decision, DiscountDecision, EffectDecision } from "../rules/decision.ts";

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
  tier: { before: string; after: string };
  balance: BalanceSummary;
  ruleSet: number;
  /** What a cancellation took back; only in its answer. */
  takenBack?: Pick<ReturnView, "returnedNet" | "clawedBack">;
};

export type ReturnLine = { line: number; quantity: number };

/** A return (or the cancellation, which returns the rest) as the API answers it. */
export type ReturnView = {
  id: string;
  orderId: string;
  memberId: string;
  occurredAt: string;
  lines: { line: number; quantity: number; net: number }[];
  /** What these lines were worth after discounts: what the shop pays back, shipping apart. */
  returnedNet: number;
  /** Points taken back in each wallet; `debt` is the part that was spent already, `writtenOff` what nobody pays. */
  clawedBack: { wallet: string; points: number; debt: number; writtenOff: number }[];
  order: { status: OrderStatus; keptNet: number };
  tier: string;
  balance: BalanceSummary;
};
