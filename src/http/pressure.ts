import underPressure from "@fastify/under-pressure";
import type { FastifyInstance } from "fastify";
import { LoyaltyError } from "../core/errors.ts";

/** The event loop answers this late on average over a second: waiting callers are better told to come back. */
const EVENT_LOOP_DELAY_MAX_MS = 1_000;

/** Refuses with `overloaded` while the process cannot keep up; health and metrics are answered. */
export async function refuseWhenOverloaded(app: FastifyInstance): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: EVENT_LOOP_DELAY_MAX_MS,
    pressureHandler: (request) => {
      if (request.routeOptions.config.scope !== "public") throw new LoyaltyError("overloaded");
    },
  });
}
