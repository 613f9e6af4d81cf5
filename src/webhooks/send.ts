import { lookup as resolve } from "node:dns";
import type { IncomingMessage } from "node:http";
import { isIP, type LookupFunction } from "node:net";
import { isPublicAddress } from "./public-address.ts";

/** What became of one attempt. `error` says why there is no answer; `excerpt` is the beginning of one. */
export type Answered = { status: number | null; error: string | null; retryAfterSeconds: number | null; excerpt: string };

/** Posts to addresses of the internet only, whatever a name resolves to when it connects; follows no redirect. */
export interface Sender {
  post(url: string, headers: Record<string, string>, body: string): Promise<Answered>;
  close(): void;
}

// Imported as a module, \`node:http\` loads all that \`fetch\` is made of, which nobody here uses.
const http = process.getBuiltinModule("node:http");
const https = process.getBuiltinModule("node:https");

const TIMEOUT_MS = 15_000;
const EXCERPT_MAX = 256;
const ANSWER_MAX = 16 * 1024;
const SOCKETS_PER_HOST = 16;

const notPublic = (host: string) => Object.assign(new Error(`${host} is no address of the internet`), { code: "ADDRESS_NOT_PUBLIC" });

/** Looked at where the connection is made: a name may resolve to another address a moment later. */
const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "", 0);
    const [first] = addresses;
    if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) return callback(notPublic(hostname), "", 0);
    if (options.all) return callback(null, addresses);
    return callback(null, first.address, first.family);
  });
};

/** A literal address is never looked up. Of a name nothing is known before it is. */
export function isPublicLiteral(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, "");
  return isIP(address) === 0 || isPublicAddress(address);
}

export function createSender({ allowPrivate }: { allowPrivate: boolean }): Sender {
  const options = { keepAlive: true, maxSockets: SOCKETS_PER_HOST, ...(!allowPrivate && { lookup: publicLookup }) };
  const agents = { "http:": new http.Agent(options), "https:": new https.Agent(options) };

  function request(url: URL, headers: Record<string, string>, body: string): Promise<Answered> {
    return new Promise((answer, fail) => {
      if (!allowPrivate && !isPublicLiteral(url.hostname)) return fail(notPublic(url.hostname));
      const isSecure = url.protocol === "https:";
      const sent = (isSecure ? https : http).request(url, {
        method: "POST",
        headers: {
          ...headers,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "user-agent": "loyalty-engine",
        },
        agent: isSecure ? agents["https:"] : agents["http:"],
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      sent.on("error", fail);
      sent.on("response", (response) => readAnswer(response).then(answer, fail));
      sent.end(body);
    });
  }

  return {
    async post(url, headers, body) {
      try {
        return await request(new URL(url), headers, body);
      } catch (error) {
        return { status: null, error: reasonOf(error), retryAfterSeconds: null, excerpt: "" };
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

/** Reads no more than a little of the answer, however long it is. */
async function readAnswer(response: IncomingMessage): Promise<Answered> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (size < EXCERPT_MAX) chunks.push(chunk);
    size += chunk.length;
    if (size > ANSWER_MAX) break;
  }
  const excerpt = Buffer.concat(chunks).toString("utf8").slice(0, EXCERPT_MAX);
  const status = response.statusCode ?? null;
  return { status, error: null, retryAfterSeconds: secondsOf(response.headers["retry-after"]), excerpt };
}

/** Seconds, or a date of HTTP. */
function secondsOf(header: string | undefined): number | null {
  if (header === undefined) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : null;
}

/** A code that operators know, and no address of the inside. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if (error.name === "TimeoutError" || error.name === "AbortError") return "timeout";
  return "code" in error && typeof error.code === "string" ? error.code.toLowerCase() : "failed";
}
