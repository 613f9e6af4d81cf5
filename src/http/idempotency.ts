import type { FastifyReply } from "fastify";
import { z } from "zod";
import { canonicalHash } from "../core/canonical.ts";
import { LoyaltyError } from "../core/errors.ts";

/** Headers of an operation whose body carries no id of the caller's. */
export const IdempotencyHeaders = z.looseObject({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, "1 to 128 visible characters")
    .optional()
    .meta({ description: "The same key with the same request answers the first answer again, and changes nothing", example: "a3f1c9" }),
});

/** The key of a request with the hash of what it asks for; null without one. `operation` is the operationId. */
export function idempotencyKeyOf(
  headers: { "idempotency-key"?: unknown },
  operation: string,
  asked: unknown,
): { id: string; hash: string } | null {
  const key = headers["idempotency-key"];
  return typeof key === "string" ? { id: key, hash: canonicalHash([operation, asked]) } : null;
}

/** As `idempotencyKeyOf`, of an operation that must not be done twice by mistake. Errors: idempotency_key_required. */
export function requiredIdempotencyKeyOf(
  headers: { "idempotency-key"?: unknown },
  operation: string,
  asked: unknown,
): { id: string; hash: string } {
  const key = idempotencyKeyOf(headers, operation, asked);
  if (key === null) throw new LoyaltyError("idempotency_key_required");
  return key;
}

/** Says with a header that the answer is the first one again, and nothing changed. */
export function markReplay(reply: FastifyReply, replayed: boolean): void {
  if (replayed) reply.header("idempotent-replayed", "true");
}

/** The answer of a command; a header says where it is the first one again. */
export async function answerOf<Result>(reply: FastifyReply, submitted: Promise<{ result: Result; replayed: boolean }>): Promise<Result> {
  const { result, replayed } = await submitted;
  markReplay(reply, replayed);
  return result;
}

/** The status of a write that creates: 201 the first time, 200 with `Idempotent-Replayed: true` for its answer again. */
export function createdStatus(reply: FastifyReply, replayed: boolean): 200 | 201 {
  markReplay(reply, replayed);
  return replayed ? 200 : 201;
}
