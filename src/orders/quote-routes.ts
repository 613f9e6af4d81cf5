import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type { Clock } from "../core/clock.ts";
import type { Quotes } from "../engine/quotes.ts";
import { operation } from "../http/operation.ts";
import type { CodeGuard } from "./code-guard.ts";
import { QuoteBody, QuoteQuery } from "./schemas.ts";
import { toQuotedCart } from "./to-command.ts";
import { QuoteSchema } from "./view-schemas.ts";

export type QuoteRoutesOptions = { quotes: Quotes; codeGuard: CodeGuard; now: Clock };

export const quoteRoutes: FastifyPluginAsyncZodOpenApi<QuoteRoutesOptions> = async (app, { quotes, codeGuard, now }) => {
  app.post(
    "/v1/quotes",
    {
      config: { scope: "orders:write" },
      schema: operation({
        operationId: "quoteCart",
        tag: "orders",
        summary: "Quote a cart",
        description: `What an order of this cart would answer. Nothing is written; the token keeps prices and rule set until it ends. A coupon that the
cart cannot use gives nothing, and says why in \`coupons\`; an order with it is refused. A member whose carts have named ten codes in a
minute that nobody knows waits with carts that name any (429 with Retry-After).`,
        querystring: QuoteQuery,
        body: QuoteBody,
        response: { 200: QuoteSchema },
        problems: [
          "member_not_found",
          "member_not_active",
          "occurred_in_future",
          "currency_mismatch",
          "amount_out_of_range",
          "rate_limited",
        ],
      }),
    },
    async (request) => {
      const cart = toQuotedCart(request.body, now());
      const quote = await codeGuard.watch(
        { ...request.program, cart, now: now().getTime() },
        () => quotes.quote(request.program, cart, { explain: request.query.explain }),
        ({ coupons = [] }) => coupons,
      );
      return { ...quote, id: null, status: "quoted" as const };
    },
  );
};
