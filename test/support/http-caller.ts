import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";

export type HttpAnswer<Body = Record<string, unknown>> = { status: number; body: Body; replayed: boolean; headers: IncomingHttpHeaders };

const SILENCE_MAX_MS = 60_000;

/** Speaks to a listening service over real connections that are kept open. */
export type HttpCaller = {
  /** Rejects when the connection is refused or breaks. */
  get<Body = Record<string, unknown>>(path: string): Promise<HttpAnswer<Body>>;
  post<Body = Record<string, unknown>>(path: string, body: unknown): Promise<HttpAnswer<Body>>;
  send<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<HttpAnswer<Body>>;
  close(): void;
};

/**
 * At most `connections` requests at once; the others wait. Answers that are no JSON come as `{ text }`. `always` goes with every request;
 * one that nothing is heard of for a minute is given up.
 */
export function httpCaller(url: string, key: string, connections: number, always: Record<string, string> = {}): HttpCaller {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });

  function send<Body>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<HttpAnswer<Body>> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent = {
      authorization: `Bearer ${key}`,
      ...always,
      ...(text === undefined ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) }),
      ...headers,
    };
    return new Promise((resolve, reject) => {
      const request = httpRequest(`${url}${path}`, { method, agent, headers: sent }, (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.once("error", reject);
        response.once("end", () => {
          const answer = Buffer.concat(parts).toString();
          const isJson = /json/.test(response.headers["content-type"] ?? "");
          const replayed = response.headers["idempotent-replayed"] === "true";
          const { statusCode: status = 0, headers } = response;
          resolve({ status, body: (isJson ? JSON.parse(answer) : { text: answer }) as Body, replayed, headers });
        });
      });
      request.once("error", reject);
      request.setTimeout(SILENCE_MAX_MS, () => request.destroy(new Error(`no answer in ${SILENCE_MAX_MS / 1_000} s`)));
      request.end(text);
    });
  }

  return {
    get: (path) => send("GET", path),
    post: (path, body) => send("POST", path, body),
    send,
    close: () => agent.destroy(),
  };
}
