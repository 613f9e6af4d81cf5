import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import type { Engine } from "../engine/commands.ts";
import { answerOf, createdStatus, markReplay } from "../http/idempotency.ts";
import { operation } from "../http/operation.ts";
import { OrderParams, OrderStepBody, ReturnLinesBody } from "./schemas.ts";
import { toCancelOrder, toCompleteOrder, toConfirmPoints, toReturnLines } from "./to-command.ts";
import { ConfirmedPointsSchema, OrderSchema, ReturnSchema } from "./view-schemas.ts";
import { placedOrder } from "./views.ts";

export type OrderStepRoutesOptions = { engine: Engine };

/** What happens to an order after it was placed. */
export const orderStepRoutes: FastifyPluginAsyncZodOpenApi<OrderStepRoutesOptions> = async (app, { engine }) => {
  app.post(
    "/v1/orders/:orderId/complete",
    {
      config: { scope: "orders:write" },
      schema: operation({
        operationId: "completeOrder",
        tag: "orders",
        summary: "Complete an order",
        description: "Where the program counts orders when they are completed, this is when it earns its points.",
        params: OrderParams,
        body: OrderStepBody,
        response: { 200: OrderSchema },
        problems: ["id_reused", "order_not_found", "order_already_cancelled", "member_not_active", "occurred_in_future", "queue_full"],
      }),
    },
    async (request, reply) => {
      const { result, replayed } = await engine.submit(request.program, toCompleteOrder(request.params, request.body));
      markReplay(reply, replayed);
      return placedOrder(result);
    },
  );

  app.post(
    "/v1/orders/:orderId/points/confirm",
    {
      config: { scope: "orders:write" },
      schema: operation({
        operationId: "confirmOrderPoints",
        tag: "orders",
        summary: "Confirm the points of an order",
        description: `Makes points available that wait without a date: those of wallets with \`pending: confirm\`, and those that wait for the
order's completion, before it. Sent again, it answers the first answer again.`,
        params: OrderParams,
        body: OrderStepBody,
        response: { 200: ConfirmedPointsSchema },
        problems: [
          "id_reused",
          "order_not_found",
          "order_already_cancelled",
          "points_not_waiting",
          "member_not_active",
          "occurred_in_future",
          "queue_full",
        ],
      }),
    },
    async (request, reply) => {
      return answerOf(reply, engine.submit(request.program, toConfirmPoints(request.params, request.body)));
    },
  );

  app.post(
    "/v1/orders/:orderId/cancel",
    {
      config: { scope: "orders:write" },
      schema: operation({
        operationId: "cancelOrder",
        tag: "orders",
        summary: "Cancel an order",
        description: "The same as returning all that is left of it.",
        params: OrderParams,
        body: OrderStepBody,
        response: { 200: OrderSchema },
        problems: ["id_reused", "order_not_found", "order_already_cancelled", "occurred_in_future", "queue_full"],
      }),
    },
    async (request, reply) => {
      const { result, replayed } = await engine.submit(request.program, toCancelOrder(request.params, request.body));
      markReplay(reply, replayed);
      return placedOrder(result);
    },
  );

  app.post(
    "/v1/orders/:orderId/returns",
    {
      config: { scope: "orders:write" },
      schema: operation({
        operationId: "returnLines",
        tag: "orders",
        summary: "Return lines of an order",
        description: "Takes units back, and the points that they no longer earn. What was spent already becomes a debt or is written off.",
        params: OrderParams,
        body: ReturnLinesBody,
        response: { 200: ReturnSchema, 201: ReturnSchema },
        problems: ["id_reused", "order_not_found", "order_already_cancelled", "return_exceeds_order", "occurred_in_future", "queue_full"],
      }),
    },
    async (request, reply) => {
      const { result, replayed } = await engine.submit(request.program, toReturnLines(request.params, request.body));
      return reply.code(createdStatus(reply, replayed)).send(result);
    },
  );
};
