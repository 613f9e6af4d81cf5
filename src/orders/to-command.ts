import type { z } from "zod";
import { canonicalHash } from "../core/canonical.ts";
import type { CancelOrder, CompleteOrder, ConfirmPoints, PlaceOrder, ReturnLines, ReviseOrder } from "./commands.ts";
import type { Cart } from "./order.ts";
import type { OrderStepBody, PlaceOrderBody, QuoteBody, ReturnLinesBody, ReviseOrderBody } from "./schemas.ts";

// The same for a request and for a line of an import, so that each is a replay of the other. Hashes are over the
// bodies with their defaults and without what only routes them: an omitted default equals a written one.

type CartBody = z.output<typeof ReviseOrderBody>;

/** `paid: null` is the same as leaving it out. */
export function toCart({
  memberId,
  occurredAt,
  currency,
  pricing,
  shipping,
  coupons,
  payWithPoints,
  channel,
  country,
  attributes,
  lines,
}: CartBody): Cart {
  return {
    memberId,
    occurredAt,
    currency,
    pricing,
    shipping,
    coupons,
    payWithPoints,
    channel,
    country,
    attributes,
    lines: lines.map(({ paid, ...line }) => (typeof paid === "number" ? { ...line, paid } : line)),
  };
}

export function toQuotedCart(body: z.output<typeof QuoteBody>, now: Date): Cart {
  return toCart({ ...body, occurredAt: body.occurredAt ?? now.toISOString() });
}

export function toPlaceOrder(body: z.output<typeof PlaceOrderBody>): PlaceOrder {
  const { id, quoteToken } = body;
  const cart = toCart(body);
  return { kind: "place_order", memberId: cart.memberId, orderId: id, hash: canonicalHash({ id, ...cart }), cart, quoteToken };
}

export function toReviseOrder(orderId: string, body: CartBody): ReviseOrder {
  return { kind: "revise_order", memberId: body.memberId, orderId, cart: toCart(body) };
}

/** An order as it is named by its address, or by a line of an import that may name its member too. */
export type NamedOrder = { orderId: string; memberId?: string | undefined };
type StepBody = z.output<typeof OrderStepBody>;

export function toCompleteOrder({ orderId, memberId }: NamedOrder, { occurredAt }: StepBody): CompleteOrder {
  return { kind: "complete_order", memberId, orderId, hash: canonicalHash({ occurredAt }), occurredAt };
}

export function toConfirmPoints({ orderId, memberId }: NamedOrder, { occurredAt }: StepBody): ConfirmPoints {
  return { kind: "confirm_points", memberId, orderId, hash: canonicalHash({ occurredAt }), occurredAt };
}

export function toCancelOrder({ orderId, memberId }: NamedOrder, { occurredAt }: StepBody): CancelOrder {
  return { kind: "cancel_order", memberId, orderId, hash: canonicalHash({ occurredAt }), occurredAt };
}

export function toReturnLines({ orderId, memberId }: NamedOrder, { id, occurredAt, lines }: z.output<typeof ReturnLinesBody>): ReturnLines {
  const hash = canonicalHash({ id, occurredAt, lines });
  return { kind: "return_lines", memberId, orderId, returnId: id, hash, occurredAt, lines };
}
