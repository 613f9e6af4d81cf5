import type { Socket } from "node:net";
import type { ErrorCode } from "../core/errors.ts";
import { PROBLEM_MEDIA_TYPE, toProblem } from "./problem.ts";

/** So long the other side has to read the answer before the connection is gone, whether it ends its own part or not. */
const GRACE_MS = 1_000;

/** Writes a refusal where there is no reply object, and ends the connection. */
export function refuseOnSocket(code: ErrorCode, socket: Socket, requestId: string): void {
  const problem = toProblem(code, requestId);
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} Refused\r\nContent-Type: ${PROBLEM_MEDIA_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `X-Request-Id: ${problem.requestId}\r\nConnection: close\r\n\r\n${body}`,
  );
  setTimeout(() => socket.destroy(), GRACE_MS).unref();
}
