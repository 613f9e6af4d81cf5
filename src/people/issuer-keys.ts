import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from "jose";
import { z } from "zod";
import { LoyaltyError } from "../core/errors.ts";
import { isTrustworthy } from "../core/trustworthy-url.ts";

/** Keys are asked for anew when they are so old, so that a key that the issuer has withdrawn does not open anything for longer. */
const KEYS_FRESH_MS = 10 * 60_000;
/** For so long the last keys are used when the issuer cannot be reached. */
const KEYS_KEPT_MS = 24 * 3_600_000;
/** Whatever tokens name, the issuer is asked once in so long at most. */
const ASKED_EVERY_MS = 30_000;
const ANSWER_TIMEOUT_MS = 5_000;
const ANSWER_BYTES_MAX = 1024 * 1024;
const RETRY_AFTER_SECONDS = 5;

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
const KeySet = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });

type Keys = { find: JWTVerifyGetKey; at: number };
export type IssuerOptions = { issuer: string; fetch: typeof fetch; now: () => number; warn: (error: unknown) => void };

/** Errors: any, for what cannot be fetched or is no JSON. */
async function fetchJson(url: string, fetchUrl: typeof fetch): Promise<unknown> {
  const answer = await fetchUrl(url, {
    headers: { accept: "application/json" },
    redirect: "error",
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  });
  if (!answer.ok || answer.body === null) throw new Error(`${url} answered ${answer.status}`);
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body) {
    bytes += part.byteLength;
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`${url} answered more than ${ANSWER_BYTES_MAX} bytes`);
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString("utf8"));
}

/**
 * The public keys of an issuer, found by its discovery document and kept. They are asked for again when they are old or a token names
 * one that is not among them; many tokens make one request.
 * Errors: issuer_unavailable, where there are no keys and the issuer gives none.
 */
export function createIssuerKeys({ issuer, fetch: fetchUrl, now, warn }: IssuerOptions): JWTVerifyGetKey {
  let keys: Keys | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let flight: Promise<void> | undefined;

  async function load(): Promise<void> {
    const discovered = Discovery.parse(await fetchJson(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, fetchUrl));
    if (discovered.issuer !== issuer) throw new Error(`the discovery document is of the issuer ${discovered.issuer}`);
    if (!isTrustworthy(discovered.jwks_uri)) throw new Error(`${discovered.jwks_uri} is not https`);
    const set = KeySet.parse(await fetchJson(discovered.jwks_uri, fetchUrl));
    keys = { find: createLocalJWKSet(set as JSONWebKeySet), at: now() };
  }

  async function ask(): Promise<void> {
    const pause = keys === undefined ? RETRY_AFTER_SECONDS * 1000 : ASKED_EVERY_MS;
    if (now() - askedAt < pause) return;
    askedAt = now();
    await load().catch(warn);
  }

  async function refresh(): Promise<void> {
    flight ??= ask().finally(() => {
      flight = undefined;
    });
    await flight;
  }

  function known(): JWTVerifyGetKey {
    if (keys === undefined || now() - keys.at >= KEYS_KEPT_MS)
      throw new LoyaltyError("issuer_unavailable", { retryAfterSeconds: RETRY_AFTER_SECONDS });
    return keys.find;
  }

  return async (header, token) => {
    if (keys === undefined || now() - keys.at >= KEYS_FRESH_MS) await refresh();
    try {
      return await known()(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      await refresh();
      return known()(header, token);
    }
  };
}
