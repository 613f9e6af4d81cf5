import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import type { Engine } from "../engine/commands.ts";
import { createdStatus } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, pageFrom } from "../http/page.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import type { CodeGuard } from "./code-guard.ts";
import { OrderPage, OrderParams, OrdersQuery, PlaceOrderBody, PlaceOrderQuery, ReviseOrderBody } from "./schemas.ts";
import { toPlaceOrder, toReviseOrder } from "./to-command.ts";
import { ExplanationSchema } from "./trace-schemas.ts";
import { OrderSchema, OrderWithReturnsSchema } from "./view-schemas.ts";
import { placedOrder, readExplanation, readOrder, readOrders } from "./views.ts";

export type OrderRoutesOptions = { engine: Engine; reads: ReadDeps; codeGuard: CodeGuard };

/** Where a page of orders ends. */
const Position = z.strictObject({ occurredAt: z.iso.datetime(), orderId: z.string() });

export const orderRoutes: FastifyPluginAsyncZodOpenApi<OrderRoutesOptions> = async (app, { engine, reads, codeGuard }) => {
  app.post(
    "/v1/orders",
    {
      config: { scope: "orders:write" },
      schema: operation({
        operationId: "placeOrder",
        tag: "orders",
        summary: "Place an order",
        description:
          "Decides discounts and points by the rules and the member's tier, and books what the order earns. Where the program says so, an unknown member is enrolled.",
        querystring: PlaceOrderQuery,
        body: PlaceOrderBody,
        response: { 200: OrderSchema, 201: OrderSchema },
        problems: [
          "id_reused",
          "member_not_found",
          "member_not_active",
          "occurred_in_future",
          "currency_mismatch",
          "coupon_not_valid",
          "payment_not_allowed",
          "insufficient_points",
          "quote_expired",
          "quote_mismatch",
          "quote_already_used",
          "quote_unavailable",
          "amount_out_of_range",
          "rate_limited",
          "queue_full",
        ],
      }),
    },
    async (request, reply) => {
      const { dryRun, explain } = request.query;
      const command = toPlaceOrder(request.body);
      const asking = { ...request.program, cart: command.cart, now: reads.now().getTime() };
      const {
        result,
        replayed,
        explain: explainDecision,
      } = await codeGuard.watch(asking, () => engine.submit(request.program, command, { dryRun }));
      const order = placedOrder(result);
      const status = dryRun ? 200 : createdStatus(reply, replayed);
      if (!explain) return reply.code(status).send(order);
      // A replay decides nothing: what the rules said stands with the order.
      return reply
        .code(status)
        .send({ ...order, explanation: explainDecision?.() ?? (await readExplanation(reads, request.program, order.id)).rules });
    },
  );

  app.get(
    "/v1/orders/:orderId",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "getOrder",
        tag: "orders",
        summary: "Read an order",
        description: "The order as it stands, with its returns. Tier and balance are those that it left when it was placed.",
        params: OrderParams,
        response: { 200: OrderWithReturnsSchema },
        problems: ["order_not_found"],
      }),
    },
    async (request) => readOrder(reads, request.program, request.params.orderId),
  );

  app.get(
    "/v1/orders",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "listOrders",
        tag: "orders",
        summary: "List a member's orders",
        description: "Newest first, without their returns.",
        querystring: OrdersQuery,
        response: { 200: OrderPage },
        problems: ["member_not_found"],
      }),
    },
    async (request) => {
      const { memberId, limit, cursor } = request.query;
      const before = decodeCursor(Position, cursor);
      const found = await readOrders(reads, request.program, { memberId, before, limit });
      return pageFrom(
        found,
        limit,
        ({ order }) => order,
        ({ position }) => position,
      );
    },
  );

  app.get(
    "/v1/orders/:orderId/explanation",
    {
      config: { scope: "members:read" },
      schema: operation({
        operationId: "explainOrder",
        tag: "orders",
        summary: "Explain an order",
        description:
          "What each rule said of the order: matched, or which part of its condition failed on which values and what was missing.",
        params: OrderParams,
        response: { 200: ExplanationSchema },
        problems: ["order_not_found"],
      }),
    },
    async (request) => readExplanation(reads, request.program, request.params.orderId),
  );

  app.patch(
    "/v1/orders/:orderId",
    {
      config: { scope: "orders:write" },
      schema: operation({
        operationId: "reviseOrder",
        tag: "orders",
        summary: "Revise an order",
        description: "Replaces the cart of an order that does not count yet and decides it anew.",
        params: OrderParams,
        body: ReviseOrderBody,
        response: { 200: OrderSchema },
        problems: [
          "order_not_found",
          "member_not_found",
          "order_member_mismatch",
          "order_not_open",
          "member_not_active",
          "occurred_in_future",
          "currency_mismatch",
          "coupon_not_valid",
          "payment_not_allowed",
          "insufficient_points",
          "amount_out_of_range",
          "rate_limited",
          "queue_full",
        ],
      }),
    },
    async (request) => {
      const command = toReviseOrder(request.params.orderId, request.body);
      const asking = { ...request.program, cart: command.cart, now: reads.now().getTime() };
      const { result } = await codeGuard.watch(asking, () => engine.submit(request.program, command));
      return placedOrder(result);
    },
  );
};
