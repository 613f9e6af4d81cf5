import type { FastifyReply } from "fastify";

/** Says with a header that the answer is the first one again, and nothing changed. */
export function markReplay(reply: FastifyReply, replayed: boolean): void {
  if (replayed) reply.header("idempotent-replayed", "true");
}

/** The status of a write that creates: 201 the first time, 200 with `Idempotent-Replayed: true` for its answer again. */
export function createdStatus(reply: FastifyReply, replayed: boolean): 200 | 201 {
  markReplay(reply, replayed);
  return replayed ? 200 : 201;
}
