import { z } from "zod";
import { ERROR_CODES, Problem } from "../http/problem.ts";
import { AmountMinor, CallerId, Instant, Points } from "../http/types.ts";
import { TierId } from "../ledger/schemas.ts";
import { recordEventShape } from "../member-events/schemas.ts";
import { enrolMemberShape } from "../members/schemas.ts";
import { checkLines } from "../orders/cart-schema.ts";
import { orderStepShape, placeOrderShape, returnLinesShape } from "../orders/schemas.ts";
import { OrderTotalsSchema } from "../orders/view-schemas.ts";
import { SegmentId } from "../rules/audience/audience.ts";
import { EventType, WalletId } from "../rules/effects/shared.ts";

const OPENING_LOTS_MAX = 1000;

/** An order that a line names; its member too, if known. */
const namedOrder = {
  orderId: CallerId.meta({ description: "The caller's id of the order", example: "536365" }),
  memberId: CallerId.optional().meta({ description: "Whose order it is, if known; of another member it is refused", example: "17850" }),
};

const MemberLine = z
  .strictObject({ type: z.literal("member"), ...enrolMemberShape })
  .meta({ id: "MemberLine", description: "As POST /v1/members" });
const OrderLine = z
  .strictObject({ type: z.literal("order"), ...placeOrderShape })
  .superRefine(checkLines)
  .meta({ id: "OrderLine", description: "As POST /v1/orders" });
const CompleteLine = z
  .strictObject({ type: z.literal("complete"), ...namedOrder, ...orderStepShape })
  .meta({ id: "CompleteLine", description: "As POST /v1/orders/{orderId}/complete" });
const CancelLine = z
  .strictObject({ type: z.literal("cancel"), ...namedOrder, ...orderStepShape })
  .meta({ id: "CancelLine", description: "As POST /v1/orders/{orderId}/cancel" });
const ReturnLine = z
  .strictObject({ type: z.literal("return"), ...namedOrder, ...returnLinesShape })
  .meta({ id: "ReturnImportLine", description: "As POST /v1/orders/{orderId}/returns" });

const EventLine = z
  .strictObject({ type: z.literal("event"), eventType: EventType, ...recordEventShape })
  .meta({ id: "EventLine", description: "As POST /v1/events, whose `type` is `eventType` here" });

const OpeningLotSchema = z
  .strictObject({
    wallet: WalletId,
    points: z.int().positive().meta({ description: "Whole points that are left of the accrual", example: 120 }),
    earnedAt: Instant.optional().meta({ description: "When they were earned; the opening's time when absent" }),
    availableAt: Instant.optional().meta({ description: "When they become usable; when they were earned when absent" }),
    expiresAt: Instant.optional().meta({ description: "First instant at which they are gone; absent is never" }),
  })
  .meta({ id: "OpeningLot", description: "Points of one accrual of the former system" });

const OpeningBalanceLine = z
  .strictObject({
    type: z.literal("openingBalance"),
    id: CallerId.meta({ description: "The caller's id of the opening", example: "migration-17850" }),
    memberId: CallerId,
    occurredAt: Instant,
    lots: z.array(OpeningLotSchema).max(OPENING_LOTS_MAX).default([]),
    tier: z
      .strictObject({ id: TierId.max(64), since: Instant })
      .optional()
      .meta({ description: "The tier they had, and since when" }),
    totals: z
      .strictObject({
        spend: AmountMinor.nonnegative().optional().meta({ description: "Net spend in minor units", example: 50000 }),
        orders: z.int().nonnegative().optional().meta({ description: "Number of orders", example: 3 }),
        points: z.record(WalletId, Points.nonnegative()).optional().meta({ description: "Points accrued, by wallet" }),
      })
      .optional()
      .meta({ description: "What counts in the tier windows on the day of the opening" }),
  })
  .meta({ id: "OpeningBalanceLine", description: "A member brought over from a former system" });

const SegmentLine = z
  .strictObject({
    type: z.literal("segment"),
    segmentId: SegmentId.meta({ description: "The list; it is made where there is none", example: "press" }),
    memberId: CallerId,
    action: z.enum(["add", "remove"]).meta({ description: "Put the member on the list, or take them off it", example: "add" }),
  })
  .meta({ id: "SegmentLine", description: "One member of a segment" });

export const ImportLine = z
  .discriminatedUnion("type", [MemberLine, OrderLine, CompleteLine, CancelLine, ReturnLine, EventLine, OpeningBalanceLine, SegmentLine])
  .meta({
    id: "ImportLine",
    description: "One line: the body of the operation it stands for, with its type and the ids that the address would carry",
    example: {
      type: "return",
      id: "C536506",
      orderId: "536365",
      memberId: "17850",
      occurredAt: "2026-03-05T10:00:00Z",
      lines: [{ line: 1, quantity: 2 }],
    },
  });
export type ImportLine = z.output<typeof ImportLine>;

const LineNumberInFile = z
  .int()
  .positive()
  .meta({ description: "Number of the line, from 1; empty lines count and are not answered", example: 17 });

const AcceptedLine = z
  .strictObject({
    line: LineNumberInFile,
    status: z.union([z.literal(200), z.literal(201)]).meta({ description: "200 for a replay, 201 otherwise", example: 201 }),
    type: z.enum(["member", "order", "complete", "cancel", "return", "event", "openingBalance", "segment"]),
    id: CallerId.meta({
      description: "Of the member, order, return, event, opening or segment; of a completion or cancellation the order's",
    }),
    memberId: CallerId,
    replayed: z.boolean().meta({ description: "True when this was done before: nothing changed", example: false }),
    totals: OrderTotalsSchema.optional().meta({ description: "Of an order" }),
    points: z
      .record(WalletId, Points)
      .optional()
      .meta({ description: "What an order or an event gives, by wallet", example: { points: 117 } }),
    returnedNet: AmountMinor.optional().meta({ description: "Of a return or a cancellation" }),
    clawedBack: z
      .record(WalletId, Points)
      .optional()
      .meta({ description: "What a return or a cancellation took back, by wallet", example: { points: 6 } }),
  })
  .meta({ id: "AcceptedLine", description: "What a line did" });

const RejectedLine = z
  .strictObject({
    line: LineNumberInFile,
    status: z.int().min(400).max(599).meta({ description: "The status that the operation would answer", example: 422 }),
    type: z.string().optional().meta({ description: "Type of the line, where it can be read", example: "order" }),
    id: z.string().optional().meta({ description: "Id of the line, where it can be read", example: "536365" }),
    code: z.enum(ERROR_CODES),
    title: z.string(),
    detail: z.string(),
    errors: Problem.shape.errors,
    details: Problem.shape.details,
  })
  .meta({
    id: "RejectedLine",
    description: "Why a line was refused: as the problem of the operation it stands for. Pointers are into the line",
  });

export const ImportResult = z.union([AcceptedLine, RejectedLine]).meta({
  id: "ImportResult",
  description: "The answer to one line",
  example: {
    line: 17,
    status: 201,
    type: "order",
    id: "536365",
    memberId: "17850",
    replayed: false,
    totals: { gross: 1530, discount: 31, net: 1499, shipping: 500, payable: 1999 },
    points: { points: 17 },
  },
});
export type AcceptedLine = z.output<typeof AcceptedLine>;
export type RejectedLine = z.output<typeof RejectedLine>;
export type ImportResult = AcceptedLine | RejectedLine;
