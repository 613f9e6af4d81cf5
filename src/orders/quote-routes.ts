import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type { Clock } from "../core/clock.ts";
import type { Engine } from "../engine/commands.ts";
import type { Quotes } from "../engine/quotes.ts";
import { operation } from "../http/operation.ts";
import { MemberParams } from "../members/schemas.ts";
import type { CodeGuard } from "./code-guard.ts";
import { QuoteBody, QuoteQuery } from "./schemas.ts";
import { toQuotedCart } from "./to-command.ts";
import { QuoteSchema, ReleasedReservationSchema } from "./view-schemas.ts";

export type QuoteRoutesOptions = { engine: Engine; quotes: Quotes; codeGuard: CodeGuard; now: Clock };

export const quoteRoutes: FastifyPluginAsyncZodOpenApi<QuoteRoutesOptions> = async (app, { engine, quotes, codeGuard, now }) => {
  app.post(
    "/v1/quotes",
    {
      config: { scope: "orders:write" },
      schema: operation({
        operationId: "quoteCart",
        tag: "orders",
        summary: "Quote a cart",
        description: `What an order of this cart would answer; the token keeps prices and rule set until it ends. Nothing is written, unless \`reserve\` asks to
hold what the quote counts of budgets, stocks and coupon codes: until \`expiresAt\` others find it used, and an order of the member's uses it.
A member has one such quote: the next one holds instead. An unknown member is enrolled by it where orders enrol. A coupon that the cart cannot use gives nothing, and says why in \`coupons\`; an order with it is refused.
So it is with points that cannot pay: \`payment\` says why, and how many could. A member whose carts have named ten codes in a
minute that nobody knows waits with carts that name any (429 with Retry-After).`,
        querystring: QuoteQuery,
        body: QuoteBody,
        response: { 200: QuoteSchema },
        problems: [
          "member_not_found",
          "member_not_active",
          "occurred_in_future",
          "currency_mismatch",
          "payment_not_allowed",
          "amount_out_of_range",
          "rate_limited",
          "queue_full",
        ],
      }),
    },
    async (request) => {
      const cart = toQuotedCart(request.body, now());
      const quote = await codeGuard.watch(
        { ...request.program, cart, now: now().getTime() },
        () => quotes.quote(request.program, cart, { explain: request.query.explain, reserve: request.body.reserve }),
        ({ coupons = [] }) => coupons,
      );
      return { ...quote, id: null, status: "quoted" as const };
    },
  );

  app.delete(
    "/v1/members/:memberId/quote-reservation",
    {
      config: { scope: "orders:write" },
      schema: operation({
        operationId: "releaseReservation",
        tag: "orders",
        summary: "Give free what a member's quote holds",
        description:
          "Where a cart that was quoted with `reserve` is given up before its quote ends. The quote itself stays good, with nothing held for it.",
        params: MemberParams,
        response: { 200: ReleasedReservationSchema },
        problems: ["member_not_found", "queue_full"],
      }),
    },
    async ({ program, params: { memberId } }) => {
      const { result } = await engine.submit(program, { kind: "release_reservation", memberId });
      return { memberId, released: result.isReserved };
    },
  );
};
