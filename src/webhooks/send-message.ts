import type { Logger } from "pino";
import type { Clock } from "../core/clock.ts";
import type { Endpoint } from "./endpoint-store.ts";
import { type Message, type SecretBox, signedHeaders } from "./secrets.ts";
import type { Answered, Sender } from "./send.ts";

type Signing = Pick<Endpoint, "endpointId" | "url" | "secret" | "formerSecret" | "formerUntil">;

/** One attempt, signed with every secret that is good now. */
export type SendMessage = (endpoint: Signing, message: Message) => Promise<Answered>;

export type SendDeps = { sender: Sender; secrets: SecretBox; clock: Clock; log: Logger };

export function createSendMessage({ sender, secrets, clock, log }: SendDeps): SendMessage {
  return async ({ endpointId, url, secret, formerSecret, formerUntil }, message) => {
    const at = clock();
    const isOverlap = formerSecret !== null && formerUntil !== null && formerUntil > at;
    let headers: Record<string, string>;
    try {
      headers = signedHeaders(message, [secret, ...(isOverlap ? [formerSecret] : [])].map(secrets.open), at);
    } catch (error) {
      log.error({ err: error, endpointId }, "a webhook's secret was encrypted with another key");
      return { status: null, error: "secret_unreadable", retryAfterSeconds: null, excerpt: "" };
    }
    return sender.post(url, headers, message.body);
  };
}
