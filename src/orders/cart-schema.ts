import { z } from "zod";
import { AmountMinor, Attributes, CallerId, Currency, Instant, SafeText } from "../http/types.ts";
import { WalletId } from "../rules/effects/shared.ts";

export const LINES_MAX = 1000;
const QUANTITY_MAX = 1_000_000_000;
const COUPONS_MAX = 50;

export const LineNumber = z.int().min(1).max(1_000_000).meta({ description: "Number of the line within its order", example: 1 });
export const Quantity = z.int().min(1).max(QUANTITY_MAX).meta({ description: "Units, from 1 to 1 000 000 000", example: 6 });

const CartLineSchema = z
  .strictObject({
    line: LineNumber,
    sku: SafeText(128).meta({ description: "What is sold", example: "85123A" }),
    name: SafeText(500).optional().meta({ example: "White hanging heart" }),
    category: SafeText(200).optional().meta({ description: "For rules on categories", example: "home" }),
    quantity: Quantity,
    unitPrice: AmountMinor.nonnegative().meta({ description: "List price of one unit in minor units", example: 255 }),
    tax: AmountMinor.nonnegative().default(0).meta({ description: "Tax included in the line's price; earns no points", example: 0 }),
    paid: AmountMinor.nonnegative().nullish().meta({
      description: "What the customer paid for the line, in money and points; given exactly when `pricing` is `asPaid`",
      example: null,
    }),
    attributes: Attributes.default({}),
  })
  .meta({ id: "CartLine", description: "One line of a cart" });

const PayWithPoints = z
  .strictObject({
    wallet: WalletId.optional().meta({ description: "Whose points; without it the first wallet that pays for orders", example: "points" }),
    points: z.union([z.int().positive().meta({ description: "So many points, all or none" }), z.literal("most")]).meta({
      description: "How many: so many exactly, or `most`, as many as the terms and the member's points let through",
      example: 500,
    }),
  })
  .meta({ id: "PayWithPoints", description: "Pays a part of the cart with points", example: { points: 500 } });

/** The fields of a cart but its time, which an order must give and a quote may. */
export const cartShape = {
  memberId: CallerId.meta({ description: "Who buys", example: "17850" }),
  currency: Currency,
  pricing: z.enum(["engine", "asPaid"]).default("engine").meta({
    description: "`engine`: the rules give the discounts; `asPaid`: prices are settled and only points are given",
    example: "engine",
  }),
  shipping: AmountMinor.nonnegative().default(0).meta({ description: "Shipping before the rules, in minor units", example: 500 }),
  coupons: z
    .array(SafeText(64))
    .max(COUPONS_MAX)
    .default([])
    .meta({ description: "Codes of coupons of the member's, and codes that everybody may use; used in this order", example: [] }),
  payWithPoints: PayWithPoints.optional(),
  channel: SafeText(64).optional().meta({ description: "Where it was bought", example: "web" }),
  country: SafeText(64).optional().meta({ description: "Where it goes", example: "United Kingdom" }),
  attributes: Attributes.default({}),
  lines: z.array(CartLineSchema).min(1).max(LINES_MAX),
};

export const CartTime = Instant.meta({ description: "When it was bought; rules look at this time", example: "2026-03-01T12:00:00Z" });

const Cart = z.strictObject(cartShape);
type CheckedCart = Pick<z.output<typeof Cart>, "pricing" | "lines">;
type CheckedLine = CheckedCart["lines"][number];
type Fault = { field: "line" | "paid" | "tax" | "quantity"; message: string };

/** What is wrong with a line beyond its fields. Products are judged as floats: any above 2^53 − 1 is at least 2^53 as a float too. */
function lineFaults({ line, quantity, unitPrice, tax, paid }: CheckedLine, pricing: CheckedCart["pricing"], seen: Set<number>): Fault[] {
  const faults: Fault[] = [];
  if (seen.has(line)) faults.push({ field: "line", message: `line ${line} stands twice` });
  seen.add(line);
  const isPaid = typeof paid === "number";
  if (isPaid !== (pricing === "asPaid")) {
    faults.push({
      field: "paid",
      message: isPaid ? "is given only where pricing is asPaid" : "is required on every line where pricing is asPaid",
    });
  }
  const gross = quantity * unitPrice;
  if (!Number.isSafeInteger(gross)) faults.push({ field: "quantity", message: "quantity × unitPrice passes 2^53 − 1" });
  const price = isPaid ? paid : gross;
  if (tax > Math.max(price, 0)) faults.push({ field: "tax", message: `is included in the line's price and cannot pass it (${price})` });
  return faults;
}

/** The rules between fields of a cart: for `superRefine` of every body that carries one. */
export function checkLines({ pricing, lines }: CheckedCart, context: z.RefinementCtx): void {
  const seen = new Set<number>();
  for (const [index, line] of lines.entries()) {
    for (const { field, message } of lineFaults(line, pricing, seen)) {
      context.addIssue({ code: "custom", path: ["lines", index, field], message, input: line[field] });
    }
  }
}
