import type { Refusals } from "./asked.ts";

/** A cart of 2 000 whose points pay 1 each, up to half of it. */
const paid = (memberId: string, payWithPoints: Record<string, unknown>) => ({
  memberId,
  occurredAt: "2026-02-01T00:00:00Z",
  currency: "GBP",
  lines: [{ line: 1, sku: "a", quantity: 2, unitPrice: 1000 }],
  payWithPoints,
});
const notOffered = { wallet: "status", points: 1 };
const tooMany = { points: 1001 };
const more = { points: 1000 };

/** Paying with points: `bob` has next to none, status points pay for nothing. */
export const PAYMENT_REFUSALS: Refusals = {
  quoteCart: { payment_not_allowed: () => ({ body: paid("ada", notOffered) }) },
  placeOrder: {
    payment_not_allowed: () => ({ body: { id: "new-payment", ...paid("ada", tooMany) } }),
    insufficient_points: () => ({ body: { id: "new-poor", ...paid("bob", more) } }),
  },
  reviseOrder: {
    payment_not_allowed: () => ({ values: { orderId: "open" }, body: paid("ada", tooMany) }),
    insufficient_points: () => ({ values: { orderId: "of-bob" }, body: paid("bob", more) }),
  },
};
