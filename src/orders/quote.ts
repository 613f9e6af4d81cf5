import type { RuleTrace } from "../rules/decision.ts";
import type { OrderView } from "./order.ts";

/** A quote as the API answers it: an order's answer, nothing written, and the token that makes an order get these terms. */
export type QuoteView = OrderView & {
  quoteToken: string;
  /** RFC 3339; an order with the token is refused from then on. */
  expiresAt: string;
  /** Whether something is held for it; absent where that was not asked for. */
  reserved?: boolean;
  explanation?: RuleTrace[];
};
