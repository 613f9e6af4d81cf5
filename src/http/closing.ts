import type { FastifyInstance } from "fastify";
import { LoyaltyError } from "../core/errors.ts";

/** Refuses what arrives while the service stops; health checks are answered to the end. Tells whether it is stopping. */
export function refuseWhileClosing(app: FastifyInstance): () => boolean {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onRequest", (request, reply, done) => {
    if (!isClosing || request.routeOptions.config.scope === "public") return done();
    reply.header("connection", "close");
    done(new LoyaltyError("shutting_down"));
  });
  return () => isClosing;
}
