import type { FastifyReply } from "fastify";
import { LoyaltyError } from "../core/errors.ts";
import { type KeyCounts, type KeyLimits, limitHeaders, refusalOf } from "../keys/limits/key-limits.ts";

/**
 * Counts a request of a key that has limits, and says in its answer what is left of them.
 * Errors: rate_limited, too_many_at_once.
 */
export async function countRequest(
  counts: KeyCounts,
  { keyId, limits }: { keyId: string; limits: KeyLimits },
  reply: FastifyReply,
): Promise<void> {
  const usage = await counts.enter(keyId, limits);
  if (limits.concurrency === null || usage.running <= limits.concurrency) {
    // A caller who has gone by now will not go again.
    if (reply.raw.closed) counts.leave(keyId);
    else reply.raw.once("close", () => counts.leave(keyId));
  }
  reply.headers(limitHeaders(limits, usage));
  const refusal = refusalOf(limits, usage);
  if (refusal !== null) throw new LoyaltyError(refusal.code, refusal.details);
}
