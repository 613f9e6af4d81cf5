import { z } from "zod";
import { AmountMinor, CallerId, Currency, Points, UtcInstant } from "../http/types.ts";
import { BalanceSummarySchema, TierId } from "../ledger/schemas.ts";
import { COUPON_REASONS } from "../rules/decision.ts";
import { WalletId } from "../rules/effects/shared.ts";
import { LineNumber, Quantity } from "./cart-schema.ts";
import type { ConfirmedPointsView } from "./commands.ts";
import { Label, OrderEffectSchema, RuleName } from "./effect-schemas.ts";
import type { OrderView, ReturnView } from "./order.ts";
import { PaidBackSchema, PaymentSchema } from "./payment-schemas.ts";
import { RuleTraceSchema } from "./trace-schemas.ts";

const OrderStatusSchema = z
  .enum(["placed", "completed", "cancelled", "returned"])
  .meta({ id: "OrderStatus", description: "`returned`: nothing of it was kept", example: "placed" });

export const OrderTotalsSchema = z
  .strictObject({
    gross: AmountMinor.meta({ description: "List prices", example: 1530 }),
    discount: AmountMinor.meta({ description: "All discounts", example: 31 }),
    net: AmountMinor.meta({ description: "gross − discount, without shipping", example: 1499 }),
    shipping: AmountMinor.meta({ description: "Shipping after the rules", example: 500 }),
    payable: AmountMinor.meta({ description: "net + shipping", example: 1999 }),
  })
  .meta({ id: "OrderTotals", description: "Sums of an order in minor units" });

const DiscountSchema = z
  .strictObject({
    rule: RuleName,
    label: Label,
    amount: AmountMinor.meta({ example: 31 }),
    coupon: z.string().optional().meta({ description: "The code, of a coupon's discount" }),
    lines: z.array(z.strictObject({ line: LineNumber, amount: AmountMinor }).meta({ id: "LineDiscount" })),
  })
  .meta({ id: "Discount", description: "What one rule or tier took off; the lines' parts sum to the amount" });

const CartCouponSchema = z
  .strictObject({
    code: z.string().meta({ description: "In capitals, without spaces and hyphens; as it came where it is no code" }),
    valid: z.boolean().meta({ description: "True where the cart uses it; always true of an order" }),
    coupon: z.string().optional().meta({ description: "Id of its definition; absent where no coupon is known by this code" }),
    label: z.string().optional().meta({ description: "How it is called" }),
    onReturn: z
      .enum(["release", "keep"])
      .optional()
      .meta({ description: "Whether it can be used again once its order is cancelled or returned whole" }),
    shared: z.literal(true).optional().meta({ description: "Of a code that is not bound to a member" }),
    reason: z.enum(COUPON_REASONS).optional().meta({ description: "Why the cart cannot use it; absent where it does" }),
    missing: AmountMinor.optional().meta({ description: "Of `minimum`: how much is missing, in minor units" }),
  })
  .meta({ id: "CartCoupon", description: "What became of a coupon of a cart" });

export const OrderPointsSchema = z
  .strictObject({
    wallet: WalletId,
    amount: Points,
    status: z
      .enum(["expected", "pending", "available", "expired"])
      .meta({ description: "`expected` until the order counts; `expired` where it came later than its points last", example: "available" }),
    availableAt: UtcInstant.nullable().meta({ description: "Null while they are expected, or wait for a step of the order" }),
    expiresAt: UtcInstant.nullable().meta({ description: "Null is never" }),
    rules: z.array(RuleName).meta({ description: "What had a part in the amount" }),
    rule: RuleName.optional().meta({ description: "The rule whose own `pointsTerms` say these dates; absent where the wallet says them" }),
  })
  .meta({ id: "OrderPoints", description: "Points that an order gives as one lot: those of a wallet, or of a rule with terms of its own" });

export const TierStepSchema = z
  .strictObject({ before: TierId, after: TierId })
  .meta({ id: "TierStep", description: "The member's tier before and after" });

const decidedShape = {
  memberId: CallerId,
  occurredAt: UtcInstant,
  currency: Currency,
  totals: OrderTotalsSchema,
  lines: z.array(
    z.strictObject({ line: LineNumber, gross: AmountMinor, discount: AmountMinor, net: AmountMinor }).meta({ id: "LineTotals" }),
  ),
  discounts: z.array(DiscountSchema),
  points: z.array(OrderPointsSchema),
  effects: z.array(OrderEffectSchema),
  coupons: z.array(CartCouponSchema).optional().meta({ description: "The coupons of the cart in its order; absent where it brought none" }),
  payment: PaymentSchema.optional().meta({ description: "What is paid with points; absent where the cart asked for none" }),
  tier: TierStepSchema,
  balance: BalanceSummarySchema,
  ruleSet: z.int().nonnegative().meta({ description: "Version of the rule set that decided", example: 1 }),
} satisfies { [Field in keyof Omit<OrderView, "id" | "status" | "takenBack">]-?: z.ZodType<OrderView[Field] | undefined> };

const EXAMPLE_DECIDED = {
  memberId: "17850",
  occurredAt: "2026-03-01T12:00:00.000Z",
  currency: "GBP",
  totals: { gross: 1530, discount: 31, net: 1499, shipping: 500, payable: 1999 },
  lines: [{ line: 1, gross: 1530, discount: 31, net: 1499 }],
  discounts: [{ rule: "tier:silver", label: "Silver", amount: 31, lines: [{ line: 1, amount: 31 }] }],
  points: [
    {
      wallet: "points",
      amount: 17,
      status: "available" as const,
      availableAt: "2026-03-01T12:00:00.000Z",
      expiresAt: null,
      rules: ["tier:silver"],
    },
  ],
  effects: [],
  tier: { before: "silver", after: "silver" },
  balance: { wallets: { points: { available: 17, pending: 0, held: 0, debt: 0, accruedTotal: 17, redeemedTotal: 0 } }, version: 2 },
  ruleSet: 1,
};

const explanation = z.array(RuleTraceSchema).optional().meta({ description: "With `explain=true`: what each rule said" });

const ReturnedNet = AmountMinor.meta({
  description: "What is paid back, shipping apart: in money, but for what `paidBack` says",
  example: 500,
});
const paidBack = PaidBackSchema.optional().meta({ description: "How it is paid back; absent where the order was not paid with points" });

const ClawedBackSchema = z.array(
  z
    .strictObject({
      wallet: WalletId,
      points: Points.meta({ description: "Taken back", example: 5 }),
      debt: Points.meta({ description: "Of them, what was spent already and is now owed", example: 0 }),
      writtenOff: Points.meta({ description: "What was spent already and nobody pays", example: 0 }),
    })
    .meta({ id: "Clawback", description: "Points that a return took back in one wallet" }),
);

const takenBack = z
  .strictObject({ returnedNet: ReturnedNet, paidBack, clawedBack: ClawedBackSchema })
  .meta({ id: "TakenBack", description: "What a cancellation took back" })
  .optional();

export const OrderSchema = z.strictObject({ id: CallerId, status: OrderStatusSchema, ...decidedShape, takenBack, explanation }).meta({
  id: "Order",
  description: "An order with its discounts and points, and the tier and balance that it left",
  example: { id: "536365", status: "placed", ...EXAMPLE_DECIDED },
});

export const QuoteSchema = z
  .strictObject({
    id: z.null().meta({ description: "A quote is no order yet" }),
    status: z.literal("quoted"),
    ...decidedShape,
    explanation,
    quoteToken: z.string().meta({ description: "Give it with the order to get these prices; once, and before it ends" }),
    expiresAt: UtcInstant.meta({ description: "When the token ends, and with it what is held" }),
    reserved: z
      .boolean()
      .optional()
      .meta({ description: "With `reserve`: whether something is held; false where the quote counts nothing that others could use up" }),
  })
  .meta({
    id: "Quote",
    description: "What an order of this cart would answer",
    example: {
      id: null,
      status: "quoted",
      ...EXAMPLE_DECIDED,
      quoteToken: "eyJjYXJ0IjoiLi4uIn0.c2lnbmVk",
      expiresAt: "2026-03-01T12:30:00.000Z",
    },
  });

export const ReleasedReservationSchema = z
  .strictObject({
    memberId: CallerId,
    released: z.boolean().meta({ description: "False where nothing was held" }),
  })
  .meta({
    id: "ReleasedReservation",
    description: "What a member's quote held is free again",
    example: { memberId: "17850", released: true },
  });

export const ReturnSchema = z
  .strictObject({
    id: CallerId,
    orderId: CallerId,
    memberId: CallerId,
    occurredAt: UtcInstant,
    lines: z.array(
      z
        .strictObject({
          line: LineNumber,
          quantity: Quantity,
          net: AmountMinor.meta({ description: "What these units were worth after discounts" }),
        })
        .meta({ id: "ReturnedLine" }),
    ),
    returnedNet: ReturnedNet,
    paidBack,
    clawedBack: ClawedBackSchema,
    order: z
      .strictObject({ status: OrderStatusSchema, keptNet: AmountMinor.meta({ description: "Net of what was kept", example: 999 }) })
      .meta({ id: "ReturnedOrder" }),
    tier: TierId,
    balance: BalanceSummarySchema,
  })
  .meta({
    id: "Return",
    description: "A return, with what is paid back and the points that it took back",
    example: {
      id: "C536506",
      orderId: "536365",
      memberId: "17850",
      occurredAt: "2026-03-05T10:00:00.000Z",
      lines: [{ line: 1, quantity: 2, net: 500 }],
      returnedNet: 500,
      clawedBack: [{ wallet: "points", points: 6, debt: 0, writtenOff: 0 }],
      order: { status: "placed", keptNet: 999 },
      tier: "silver",
      balance: { wallets: { points: { available: 11, pending: 0, held: 0, debt: 0, accruedTotal: 11, redeemedTotal: 0 } }, version: 3 },
    },
  }) satisfies z.ZodType<ReturnView>;

export const OrderWithReturnsSchema = OrderSchema.omit({ explanation: true })
  .extend({ returns: z.array(ReturnSchema).meta({ description: "Oldest first" }) })
  .meta({
    id: "OrderWithReturns",
    description: "An order as it stands, with its returns; tier and balance are those that it left when it was placed",
    example: { id: "536365", status: "placed", ...EXAMPLE_DECIDED, returns: [] },
  });

export const ConfirmedPointsSchema = z
  .strictObject({
    orderId: CallerId,
    memberId: CallerId,
    confirmedAt: UtcInstant,
    points: z.array(
      z
        .strictObject({
          wallet: WalletId,
          amount: Points,
          expiresAt: UtcInstant.nullable().meta({ description: "First instant at which they are gone; null is never" }),
        })
        .meta({ id: "ConfirmedWalletPoints", description: "Points of one wallet that became available" }),
    ),
    balance: BalanceSummarySchema,
  })
  .meta({
    id: "ConfirmedPoints",
    description: "Points of an order that were confirmed, and what the member has then",
    example: {
      orderId: "536365",
      memberId: "17850",
      confirmedAt: "2026-03-02T09:00:00.000Z",
      points: [{ wallet: "points", amount: 14, expiresAt: null }],
      balance: { wallets: { points: { available: 14, pending: 0, held: 0, debt: 0, accruedTotal: 14, redeemedTotal: 0 } }, version: 3 },
    },
  }) satisfies z.ZodType<ConfirmedPointsView>;
