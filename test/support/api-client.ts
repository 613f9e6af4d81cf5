import type { FastifyInstance, InjectOptions } from "fastify";

export type ApiMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export type ApiRequest = {
  /** Sent as JSON; a text or a Buffer as it is (name its content type in `headers`). */
  body?: unknown;
  /** Instead of the key in use; null sends none. */
  key?: string | null;
  headers?: Record<string, string>;
};

/** What came back. `body` is the JSON, or `{ text }` of anything else; its type is the test's claim, for `expect(…)` to check. */
export type ApiAnswer<Body> = { status: number; body: Body; headers: Record<string, string | undefined> };

export type ApiClient = {
  request<Body = Record<string, unknown>>(method: ApiMethod, path: string, request?: ApiRequest): Promise<ApiAnswer<Body>>;
  /** Fails with the request and the answer when the status is another. */
  expectStatus<Body = Record<string, unknown>>(
    status: number,
    method: ApiMethod,
    path: string,
    request?: ApiRequest,
  ): Promise<ApiAnswer<Body>>;
  /** Names the key of requests that name none; at first it is the root key. */
  use(key: string): void;
};

/** Speaks to an application without a network. */
export function apiClient(app: FastifyInstance, firstKey: string): ApiClient {
  let usedKey = firstKey;

  async function request<Body>(
    method: ApiMethod,
    path: string,
    { body, key = usedKey, headers = {} }: ApiRequest = {},
  ): Promise<ApiAnswer<Body>> {
    const options: InjectOptions = {
      method,
      url: path,
      headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers },
      ...(body === undefined ? {} : { payload: body as NonNullable<InjectOptions["payload"]> }),
    };
    const answer = await app.inject(options);
    const isJson = /^application\/(?:[a-z.-]+\+)?json\b/.test(String(answer.headers["content-type"]));
    const texts = Object.entries(answer.headers).map(([name, value]) => [name, value === undefined ? undefined : String(value)]);
    return {
      status: answer.statusCode,
      body: (isJson ? answer.json() : { text: answer.body }) as Body,
      headers: Object.fromEntries(texts),
    };
  }

  return {
    request,
    async expectStatus<Body>(status: number, method: ApiMethod, path: string, sent: ApiRequest = {}) {
      const answer = await request<Body>(method, path, sent);
      if (answer.status === status) return answer;
      const asked = `${method} ${path} ${JSON.stringify(sent.body ?? null, null, 2)}`;
      throw new Error(`expected ${status}:\n${asked}\n→ ${answer.status} ${JSON.stringify(answer.body, null, 2)}`);
    },
    use(key) {
      usedKey = key;
    },
  };
}
