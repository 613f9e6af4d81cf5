import type { Cart, ReturnLine } from "./order.ts";

/**
 * Commands on orders. `hash` is that of the canonical body (core/canonical): the same id with another hash is `id_reused`.
 * Times are RFC 3339. Where `memberId` is absent the engine finds the member by the order's id.
 */
export type PlaceOrder = {
  kind: "place_order";
  memberId: string;
  orderId: string;
  hash: string;
  cart: Cart;
  quoteToken?: string | undefined;
};
export type ReviseOrder = { kind: "revise_order"; memberId?: string | undefined; orderId: string; cart: Cart };
export type CompleteOrder = {
  kind: "complete_order";
  memberId?: string | undefined;
  orderId: string;
  hash: string;
  occurredAt?: string | undefined;
};
export type CancelOrder = {
  kind: "cancel_order";
  memberId?: string | undefined;
  orderId: string;
  hash: string;
  occurredAt?: string | undefined;
};
export type ReturnLines = {
  kind: "return_lines";
  memberId?: string | undefined;
  orderId: string;
  returnId: string;
  hash: string;
  occurredAt: string;
  lines: ReturnLine[];
};
