import { LoyaltyError } from "../core/errors.ts";
import type { Engine } from "./commands.ts";
import type { Quotes } from "./quotes.ts";

/** How often a cart is quoted anew because what was quoted is gone before it is held. */
const QUOTES_MAX = 10;

/** What holding a quote is refused with where another quote would say something else. */
const OUTDATED = new Set(["quote_unavailable", "quote_mismatch", "coupon_not_valid", "insufficient_points"]);

/**
 * Quotes that are held where that is asked for: the quote is made by reading, and then held by a command that decides it again under
 * the locks. Where others were faster the cart is quoted anew, so that the answer says what is held.
 */
export function reservingQuotes(quotes: Quotes, engine: Pick<Engine, "submit">): Quotes {
  return {
    async quote(program, cart, { reserve = false, ...options } = {}) {
      if (!reserve) return quotes.quote(program, cart, options);
      for (let attempt = 0; attempt < QUOTES_MAX; attempt += 1) {
        const quote = await quotes.quote(program, cart, options);
        const { memberId, quoteToken } = { ...cart, ...quote };
        try {
          const { result } = await engine.submit(program, { kind: "reserve_quote", memberId, cart, quoteToken });
          return { ...quote, reserved: result.isReserved };
        } catch (error) {
          if (!(error instanceof LoyaltyError && OUTDATED.has(error.code))) throw error;
        }
      }
      throw new LoyaltyError("overloaded", { reason: "what the cart is quoted is used up again and again" });
    },
  };
}
