import type { ErrorCode } from "../../../src/core/errors.ts";

/** Operations that give one of these for a reason of their own too. */
export const BY_THEMSELVES: Record<string, ErrorCode> = {
  quoteCart: "rate_limited",
  placeOrder: "rate_limited",
  reviseOrder: "rate_limited",
  confirmRedemption: "rate_limited",
};

/** Reached for every operation at once: generic-problems.test.ts and faults.test.ts. */
export const REACHED_ELSEWHERE = new Set<ErrorCode>([
  "unauthenticated",
  "ip_not_allowed",
  "rate_limited",
  "too_many_at_once",
  "issuer_unavailable",
  "scope_missing",
  "root_key_required",
  "program_required",
  "program_not_found",
  "malformed_json",
  "body_too_large",
  "media_type_unsupported",
  "request_invalid",
  "path_invalid",
  "path_too_long",
  "internal",
  "database_unavailable",
  "overloaded",
  "shutting_down",
  "queue_full",
]);
