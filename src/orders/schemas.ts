import { z } from "zod";
import { Page, pageOf } from "../http/page.ts";
import { CallerId, Instant, QueryFlag } from "../http/types.ts";
import { CartTime, cartShape, checkLines, LINES_MAX, LineNumber, Quantity } from "./cart-schema.ts";
import { OrderSchema } from "./view-schemas.ts";

const EXAMPLE_LINE = { line: 1, sku: "85123A", name: "White hanging heart", category: "home", quantity: 6, unitPrice: 255 };
const EXAMPLE_CART = {
  memberId: "17850",
  currency: "GBP",
  shipping: 500,
  channel: "web",
  country: "United Kingdom",
  lines: [EXAMPLE_LINE],
};

const OrderId = CallerId.meta({ description: "The caller's id of the order", example: "536365" });

export const QuoteBody = z
  .strictObject({
    ...cartShape,
    occurredAt: CartTime.optional().meta({ description: "The time to quote for; now when absent" }),
    reserve: z.boolean().default(false).meta({
      description:
        "Hold what the quote counts of budgets, stocks and codes until it ends, instead of what an earlier quote of the member's holds",
      example: false,
    }),
  })
  .superRefine(checkLines)
  .meta({ id: "Cart", description: "A cart to be quoted", example: EXAMPLE_CART });

/** The fields of an order, for the body and for a line of an import. */
export const placeOrderShape = {
  id: OrderId,
  ...cartShape,
  occurredAt: CartTime,
  quoteToken: z
    .string()
    .min(1)
    .max(4096)
    .optional()
    .meta({ description: "`quoteToken` of a quote of this cart: its prices and rule set hold" }),
};

export const PlaceOrderBody = z
  .strictObject(placeOrderShape)
  .superRefine(checkLines)
  .meta({
    id: "PlaceOrder",
    description: "An order to place",
    example: { id: "536365", occurredAt: "2026-03-01T12:00:00Z", ...EXAMPLE_CART },
  });

export const ReviseOrderBody = z
  .strictObject({ ...cartShape, occurredAt: CartTime })
  .superRefine(checkLines)
  .meta({
    id: "ReviseOrder",
    description: "The whole cart as it is now; it replaces the former one",
    example: { occurredAt: "2026-03-01T12:00:00Z", ...EXAMPLE_CART },
  });

/** The fields of a completion or cancellation, for the body and for a line of an import. */
export const orderStepShape = { occurredAt: Instant.optional().meta({ description: "When it happened; now when absent" }) };

export const OrderStepBody = z
  .strictObject(orderStepShape)
  .prefault({})
  .meta({
    id: "OrderStep",
    description: "When the order took this step; may be left out",
    example: { occurredAt: "2026-03-02T09:00:00Z" },
  });

const ReturnLineSchema = z
  .strictObject({ line: LineNumber, quantity: Quantity })
  .meta({ id: "ReturnLine", description: "Units of a line; a line named twice is summed" });

/** The fields of a return, for the body and for a line of an import. */
export const returnLinesShape = {
  id: CallerId.meta({ description: "The caller's id of the return", example: "C536506" }),
  occurredAt: Instant,
  lines: z.array(ReturnLineSchema).min(1).max(LINES_MAX),
};

export const ReturnLinesBody = z.strictObject(returnLinesShape).meta({
  id: "ReturnLines",
  description: "Units that come back",
  example: { id: "C536506", occurredAt: "2026-03-05T10:00:00Z", lines: [{ line: 1, quantity: 2 }] },
});

export const OrderParams = z.strictObject({ orderId: OrderId });

export const QuoteQuery = z.strictObject({
  explain: QueryFlag.meta({ description: "`true` adds what each rule said and why", example: "true" }),
});
export const PlaceOrderQuery = QuoteQuery.extend({
  dryRun: QueryFlag.meta({ description: "`true` decides and answers as if, and writes nothing", example: "true" }),
});

export const OrdersQuery = Page.extend({ memberId: CallerId.meta({ description: "Whose orders", example: "17850" }) });
export const OrderPage = pageOf(OrderSchema, "OrderPage");
