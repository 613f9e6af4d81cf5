import type { BalanceSummary } from "../ledger/balance.ts";
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
/** Holds what a quote counts of budgets, stocks and codes until it ends. Not from outside but with the quote itself. */
export type ReserveQuote = { kind: "reserve_quote"; memberId: string; cart: Cart; quoteToken: string };
/** Gives free what the member's last quote holds. */
export type ReleaseReservation = { kind: "release_reservation"; memberId: string };
/** `isReserved`: something is held, or was until now. */
export type ReservationView = { memberId: string; isReserved: boolean };
export type ReviseOrder = { kind: "revise_order"; memberId?: string | undefined; orderId: string; cart: Cart };
export type CompleteOrder = {
  kind: "complete_order";
  memberId?: string | undefined;
  orderId: string;
  hash: string;
  occurredAt?: string | undefined;
};
/** Makes the points of an order available that wait for a confirmation, or for a completion that is not awaited. */
export type ConfirmPoints = {
  kind: "confirm_points";
  memberId?: string | undefined;
  orderId: string;
  hash: string;
  occurredAt?: string | undefined;
};
export type ConfirmedPointsView = {
  orderId: string;
  memberId: string;
  confirmedAt: string;
  points: { wallet: string; amount: number; expiresAt: string | null }[];
  balance: BalanceSummary;
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
