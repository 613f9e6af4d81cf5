import { LoyaltyError, refuseField } from "../core/errors.ts";

/** What Fastify itself refuses, by its code. Only its codes are trusted: another library's `statusCode` says nothing of our client. */
const FASTIFY_REFUSALS: Record<string, () => LoyaltyError> = {
  FST_ERR_BAD_URL: () => new LoyaltyError("path_invalid"),
  FST_ERR_MAX_PARAM_LENGTH: () => new LoyaltyError("path_too_long"),
  FST_ERR_CTP_BODY_TOO_LARGE: () => new LoyaltyError("body_too_large"),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new LoyaltyError("media_type_unsupported"),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => refuseField("malformed_json", "", "The body is not as long as Content-Length says"),
};

/** The database is gone, is starting or stopping, takes no more connections or has no room left: nothing was wrong with the request. */
const UNAVAILABLE = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ECONNRESET",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now
  "53100", // disk_full
  "53200", // out_of_memory
  "53300", // too_many_connections
  "08000",
  "08001",
  "08003",
  "08004",
  "08006",
]);

/** The pool and the driver give these no code. */
const UNAVAILABLE_MESSAGES = [
  // A replica had to go on with what it replays.
  "canceling statement due to conflict with recovery",
  "terminating connection due to conflict with recovery",
  "timeout exceeded when trying to connect",
  "Connection terminated",
  "Query read timeout",
  "Cannot use a pool after calling end on the pool",
  "Client has encountered a connection error and is not queryable",
];

/** Errors come wrapped: what notes where it happened keeps the driver's as `cause`, several attempts to connect are an AggregateError. */
function* withCauses(error: unknown): Generator<Error> {
  if (!(error instanceof Error)) return;
  yield error;
  if (error instanceof AggregateError) for (const inner of error.errors) yield* withCauses(inner);
  yield* withCauses(error.cause);
}

const codeOf = (error: Error): string | undefined => ("code" in error && typeof error.code === "string" ? error.code : undefined);

export function isDatabaseUnavailable(error: unknown): boolean {
  for (const inner of withCauses(error)) {
    const code = codeOf(inner);
    if (code !== undefined && UNAVAILABLE.has(code)) return true;
    if (UNAVAILABLE_MESSAGES.some((message) => inner.message.startsWith(message))) return true;
  }
  return false;
}

/** The database took too long: a statement, or the wait for a lock. */
const TOO_SLOW = new Set([
  "57014", // query_canceled, by statement_timeout
  "55P03", // lock_not_available, by lock_timeout
]);

const isDatabaseTooSlow = (error: unknown): boolean => withCauses(error).some((inner) => TOO_SLOW.has(codeOf(inner) ?? ""));

/** The refusal that an error stands for; undefined for a defect. */
export function toRefusal(error: unknown): LoyaltyError | undefined {
  if (error instanceof LoyaltyError) return error;
  const refusal = error instanceof Error ? FASTIFY_REFUSALS[codeOf(error) ?? ""] : undefined;
  if (refusal) return refusal();
  if (isDatabaseTooSlow(error)) return new LoyaltyError("overloaded", {}, [], error);
  return isDatabaseUnavailable(error) ? new LoyaltyError("database_unavailable", {}, [], error) : undefined;
}
