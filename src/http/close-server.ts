import type { FastifyInstance } from "fastify";

const SWEEP_MS = 100;

/**
 * Answers a function that closes the application: it stops listening, lets the requests in flight finish, and ends connections as
 * soon as they have nothing to do. Without that a client that keeps its connections alive would keep the server from closing.
 */
export function serverCloser(app: FastifyInstance): () => Promise<void> {
  let inFlight = 0;
  app.server.on("request", (_request, response) => {
    inFlight += 1;
    response.once("close", () => {
      inFlight -= 1;
    });
  });
  return async () => {
    const sweep = setInterval(() => {
      // Idle ones are those between two requests; with nothing in flight the rest has never sent one.
      if (inFlight === 0) app.server.closeAllConnections();
      else app.server.closeIdleConnections();
    }, SWEEP_MS);
    try {
      await app.close();
    } finally {
      clearInterval(sweep);
    }
  };
}
