/** How much of a key's requests is let through; null is no limit. At least one of them is there. */
export type KeyLimits = {
  /** Requests a minute. */
  rateLimit: number | null;
  /** Requests at a time. */
  concurrency: number | null;
};

/** What a key has used, with the request that asks. */
export type KeyUsage = {
  /** In the minute that began with the first of them. */
  requests: number;
  /** Until that minute ends. */
  leftMs: number;
  /** At this moment. */
  running: number;
};

/** Counts the requests of keys. */
export interface KeyCounts {
  /** One more request of the key. Who is told of no more than `concurrency` runs, and leaves when it has ended; who is told of more has left. */
  enter(keyId: string, limits: KeyLimits): KeyUsage | Promise<KeyUsage>;
  leave(keyId: string): void;
  close(): void;
}

export const WINDOW_MS = 60_000;

const inSeconds = (ms: number): number => Math.max(1, Math.ceil(ms / 1_000));

/** Which limit lets the request not through. */
export function refusalOf({ rateLimit, concurrency }: KeyLimits, { requests, leftMs, running }: KeyUsage) {
  if (rateLimit !== null && requests > rateLimit) {
    return { code: "rate_limited", details: { atMost: rateLimit, retryAfterSeconds: inSeconds(leftMs) } } as const;
  }
  if (concurrency !== null && running > concurrency) return { code: "too_many_at_once", details: { atMost: concurrency } } as const;
  return null;
}

/** Values of the headers of draft-ietf-httpapi-ratelimit-headers (lists of RFC 9651), by their names. */
export function limitHeaders({ rateLimit, concurrency }: KeyLimits, { requests, leftMs, running }: KeyUsage): Record<string, string> {
  const policies: string[] = [];
  const left: string[] = [];
  if (rateLimit !== null) {
    policies.push(`"requests";q=${rateLimit};w=${WINDOW_MS / 1_000}`);
    left.push(`"requests";r=${Math.max(0, rateLimit - requests)};t=${inSeconds(leftMs)}`);
  }
  if (concurrency !== null) {
    policies.push(`"at-once";q=${concurrency};qu="concurrent-requests"`);
    left.push(`"at-once";r=${Math.max(0, concurrency - running)}`);
  }
  return { "ratelimit-policy": policies.join(", "), ratelimit: left.join(", ") };
}
