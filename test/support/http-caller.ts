import { Agent, request as httpRequest } from "node:http";

export type HttpAnswer<Body = Record<string, unknown>> = { status: number; body: Body; replayed: boolean };

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

/** At most `connections` requests at once; the others wait. Answers that are no JSON come as `{ text }`. */
export function httpCaller(url: string, key: string, connections: number): HttpCaller {
  const agent = new Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections });

  function send<Body>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<HttpAnswer<Body>> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent = {
      authorization: `Bearer ${key}`,
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
          resolve({ status: response.statusCode ?? 0, body: (isJson ? JSON.parse(answer) : { text: answer }) as Body, replayed });
        });
      });
      request.once("error", reject);
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
