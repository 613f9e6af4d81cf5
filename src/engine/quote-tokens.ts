import { randomUUID, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { canonicalHash } from "../core/canonical.ts";
import { LoyaltyError } from "../core/errors.ts";
import { isoText } from "../core/iso-text.ts";
import { keyedHash } from "../core/keyed-hash.ts";
import type { QuotedTerms } from "../orders/decide-cart.ts";
import type { Cart } from "../orders/order.ts";
import type { ProgramContext } from "./commands.ts";
import type { UsedQuote } from "./plan.ts";
import type { RuleSets } from "./transact.ts";

/** How long a quote holds. */
export const QUOTE_LIFETIME_MS = 30 * 60_000;

const Payload = z.strictObject({
  program: z.int(),
  ruleSet: z.int(),
  tier: z.string(),
  tierSince: z.int(),
  clock: z.int(),
  expiresAt: z.int(),
  cart: z.string(),
  nonce: z.string(),
  net: z.int(),
  points: z.int(),
  effects: z.string().optional(),
  unlimited: z.string().optional(),
  paid: z.int().optional(),
});

export type QuotedOffer = Omit<QuotedTerms, "program" | "quoteId" | "expiresAt"> & { ruleSet: number };

export interface QuoteTokens {
  issue(program: ProgramContext, cart: Cart, offer: QuotedOffer, now: Date): { quoteToken: string; expiresAt: string };
  /** Errors: quote_mismatch for a token that is not ours, or of another program, member or cart. */
  open(program: ProgramContext, token: string, cart: Cart): Promise<UsedQuote>;
}

/** The cart without its time: the order comes later than its quote. */
const hashOfCart = ({ occurredAt: _later, ...cart }: Cart): string => canonicalHash(cart);

/** Signed tokens (HMAC-SHA-256), bound to program, member and cart. Instances that share the secret accept each other's. */
export function createQuoteTokens(secret: string, ruleSets: Pick<RuleSets, "at">): QuoteTokens {
  const hashOf = keyedHash(secret, "quote-token");
  const sign = (body: string) => hashOf(body).toString("base64url");

  function payloadOf(token: string, programId: number): z.infer<typeof Payload> {
    const [body = "", signature = ""] = token.split(".");
    const expected = Buffer.from(sign(body));
    const given = Buffer.from(signature);
    const isOurs = expected.length === given.length && timingSafeEqual(expected, given);
    const payload = isOurs ? Payload.parse(JSON.parse(Buffer.from(body, "base64url").toString("utf8"))) : undefined;
    // One answer for both: that another program has made the token is not told.
    if (payload?.program !== programId) throw new LoyaltyError("quote_mismatch", { reason: "the token is not one of this program" });
    return payload;
  }

  return {
    issue({ programId }, cart, offer, now) {
      const expiresAt = now.getTime() + QUOTE_LIFETIME_MS;
      const payload: z.infer<typeof Payload> = { program: programId, ...offer, expiresAt, cart: hashOfCart(cart), nonce: randomUUID() };
      const body = Buffer.from(JSON.stringify(payload)).toString("base64url");
      return { quoteToken: `${body}.${sign(body)}`, expiresAt: isoText(expiresAt) };
    },

    async open({ programId }, token, cart) {
      const payload = payloadOf(token, programId);
      if (payload.cart !== hashOfCart(cart)) throw new LoyaltyError("quote_mismatch", { reason: "the member or the cart is another" });
      const { ruleSet, tier, tierSince, clock, net, points, effects, unlimited, paid, nonce, expiresAt } = payload;
      const program = await ruleSets.at(programId, ruleSet);
      const terms = { program, tier, tierSince, clock, net, points, effects, unlimited, paid, quoteId: nonce, expiresAt };
      return { claim: { kind: "quote", id: nonce, hash: canonicalHash(payload) }, terms };
    },
  };
}
