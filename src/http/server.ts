import type { Socket } from "node:net";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import type { ErrorCode } from "../core/errors.ts";
import { PROBLEM_MEDIA_TYPE, toProblem } from "./problem.ts";
import { sendProblem } from "./problems.ts";
import { requestIdOf } from "./request-id.ts";
import { serializerCompiler } from "./serializer.ts";
import { validatorCompiler } from "./validation.ts";

export type ServerOptions = {
  log: FastifyBaseLogger;
  /** Whose X-Forwarded-* headers are believed; a number is one of proxies. */
  trustProxy: boolean | number | string;
  /** Fail where an answer is not as documented: for tests. */
  checkAnswers: boolean;
};

const BODY_BYTES_MAX = 1024 * 1024;
/** An id has up to 128 characters, each up to 4 bytes, each byte written `%XX`. */
const PARAM_LENGTH_MAX = 128 * 4 * 3;

/** A request that the HTTP parser could not read has no reply object: its refusal is written to the socket. */
function refuseUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const code: ErrorCode = error.code === "HPE_HEADER_OVERFLOW" ? "headers_too_large" : "request_unreadable";
  const problem = toProblem(code, requestIdOf());
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} Refused\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-Request-Id: ${problem.requestId}\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** An empty application with our ids, limits, validation and refusals; the log says one line a request (see request-log.ts). */
export function createServer({ log, trustProxy, checkAnswers }: ServerOptions): FastifyInstance {
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: "requestId" }),
    genReqId: (request) => requestIdOf(request.headers),
    trustProxy: typeof trustProxy === "number" ? (_address: string, hop: number) => hop < trustProxy : trustProxy,
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
