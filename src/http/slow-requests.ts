import { Socket } from "node:net";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { refuseOnSocket } from "./refuse-on-socket.ts";

/** Looks are so many to a limit. */
const LOOKS = 4;
const LOOKS_EVERY_MAX_MS = 5_000;

/** A body that is on its way: since when, or since when nothing came, and how much of the connection was read then. */
type Arriving = { reply: FastifyReply; isStreamed: boolean; since: number; bytesRead: number };

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";

/**
 * Cuts bodies that do not arrive: a JSON body has so long as a whole, one that is worked on as it comes may be silent for as long. (Heads
 * that do not arrive are cut by Node itself: see server.ts.) The answer is 408 `request_too_slow`, where none has begun, and the
 * connection ends.
 */
export function cutSlowBodies(app: FastifyInstance, { limitMs }: { limitMs: number }): void {
  const arriving = new Map<FastifyRequest, Arriving>();

  app.addHook("onRequest", (request, reply, done) => {
    // What is injected has no connection: its body is never on its way, and a refused one is never read.
    if (request.raw.socket instanceof Socket && hasBody(request)) {
      const isStreamed = !(request.routeOptions.schema?.body instanceof z.ZodType);
      arriving.set(request, { reply, isStreamed, since: performance.now(), bytesRead: request.raw.socket.bytesRead });
    }
    done();
  });
  // The body of a request that gets here has been read, unless it is streamed.
  app.addHook("preValidation", (request, _reply, done) => {
    if (arriving.get(request)?.isStreamed === false) arriving.delete(request);
    done();
  });

  const looks = setInterval(
    () => {
      const now = performance.now();
      for (const [request, body] of arriving) look(request, body, now);
    },
    Math.min(LOOKS_EVERY_MAX_MS, limitMs / LOOKS),
  );
  looks.unref();
  app.addHook("onClose", async () => clearInterval(looks));

  function look(request: FastifyRequest, body: Arriving, now: number): void {
    const { raw } = request;
    if (raw.complete || raw.socket.destroyed) {
      arriving.delete(request);
    } else if (body.isStreamed && raw.socket.bytesRead > body.bytesRead) {
      Object.assign(body, { since: now, bytesRead: raw.socket.bytesRead });
    } else if (now - body.since >= limitMs) {
      arriving.delete(request);
      if (body.reply.raw.headersSent) raw.socket.destroy();
      else refuseOnSocket("request_too_slow", raw.socket, request.id);
    }
  }
}
