import underPressure from "@fastify/under-pressure";
import type { FastifyInstance } from "fastify";
import { LoyaltyError } from "../core/errors.ts";

/** The event loop answers this late on average over a sample: waiting callers are better told to come back. */
const EVENT_LOOP_DELAY_MAX_MS = 1_000;
const SAMPLE_MS = 1_000;
/** So many samples in a row: a process that starts on a busy machine is late once, and not when its first requests come. */
const LATE_SAMPLES = 2;

/** Refuses with `overloaded` while the process cannot keep up; health and metrics are answered. */
export async function refuseWhenOverloaded(app: FastifyInstance): Promise<void> {
  let lateSamples = 0;
  await app.register(underPressure, {
    maxEventLoopDelay: EVENT_LOOP_DELAY_MAX_MS,
    sampleInterval: SAMPLE_MS,
    pressureHandler: (request) => {
      if (lateSamples >= LATE_SAMPLES && request.routeOptions.config.scope !== "public") throw new LoyaltyError("overloaded");
    },
  });
  const counting = setInterval(() => {
    lateSamples = app.isUnderPressure() ? lateSamples + 1 : 0;
  }, SAMPLE_MS).unref();
  app.addHook("onClose", () => clearInterval(counting));
}
