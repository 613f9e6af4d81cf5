import type { Socket } from "node:net";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { ErrorCode } from "../core/errors.ts";
import { sendProblem } from "./problems.ts";
import { refuseOnSocket } from "./refuse-on-socket.ts";
import { requestIdOf } from "./request-id.ts";
import { serializerCompiler } from "./serializer.ts";
import { validatorCompiler } from "./validation.ts";

export type ServerOptions = {
  log: FastifyBaseLogger;
  /** Whose X-Forwarded-* headers are believed; a number is one of proxies. */
  trustProxy: boolean | number | string;
  /** So long the head of a request has to arrive. */
  requestTimeoutMs: number;
  /** Fail where an answer is not as documented: for tests. */
  checkAnswers: boolean;
};

const BODY_BYTES_MAX = 1024 * 1024;
const LOOKS_EVERY_MAX_MS = 5_000;
/** An id has up to 128 characters, each up to 4 bytes, each byte written `%XX`. */
const PARAM_LENGTH_MAX = 128 * 4 * 3;

const UNREADABLE: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: "headers_too_large",
  ERR_HTTP_REQUEST_TIMEOUT: "request_too_slow",
};

/** A request that the HTTP parser could not read has no reply object: its refusal is written to the socket. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  refuseOnSocket(UNREADABLE[error.code ?? ""] ?? "request_unreadable", socket, requestIdOf());
}

/** An empty application with our ids, limits, validation and refusals; the log says one line a request (see request-log.ts). */
export function createServer({ log, trustProxy, requestTimeoutMs, checkAnswers }: ServerOptions): FastifyInstance {
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    genReqId: (request) => requestIdOf(request.headers),
    trustProxy: typeof trustProxy === "number" ? (_address: string, hop: number) => hop < trustProxy : trustProxy,
    http: { headersTimeout: requestTimeoutMs, connectionsCheckingInterval: Math.min(LOOKS_EVERY_MAX_MS, requestTimeoutMs / 2) },
    bodyLimit: BODY_BYTES_MAX,
    routerOptions: { maxParamLength: PARAM_LENGTH_MAX },
    // A stopping service refuses in the same words as always: see closing.ts.
    return503OnClosing: false,
    frameworkErrors: sendProblem,
    clientErrorHandler: refuseUnreadable,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler(checkAnswers));
  return app;
}
