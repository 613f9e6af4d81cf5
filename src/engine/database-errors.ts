import { type ErrorCode, LoyaltyError } from "../core/errors.ts";

/** Server errors after which the same work may succeed: serialization, deadlock, lock time-out, a rival's unique key. */
const RETRYABLE = new Set(["40001", "40P01", "55P03", "23505"]);

/** Server errors that say that the connection or the server is going away: class 08 (connection), 57P01–57P03, 53300. */
const GOING_AWAY = /^(?:08...|57P0[123]|53300)$/;

const codeOf = (error: unknown): string | undefined => {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
};

/** A SQLSTATE has five characters; an error of the socket or the pool has another code or none. */
const isFromServer = (code: string | undefined): code is string => code !== undefined && /^[0-9A-Z]{5}$/.test(code);

export const isRetryable = (error: unknown): boolean => RETRYABLE.has(codeOf(error) ?? "");

/** True when it is not the statement's fault but the connection's: what was sent may or may not have taken effect. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  return isFromServer(code)
    ? GOING_AWAY.test(code)
    : error instanceof Error && (code !== undefined || /connection|timeout|terminated/i.test(error.message));
}

/** Constraints that stand for a refusal, with its code: the last guard behind the checks of the decisions. */
const REFUSALS: Record<string, ErrorCode> = {
  accounts_in_range: "amount_out_of_range",
  activity_in_range: "amount_out_of_range",
};

/** The refusal that a violated constraint stands for; undefined for any other error. */
export function refusalOf(error: unknown): LoyaltyError | undefined {
  const constraint = error instanceof Error && "constraint" in error ? String(error.constraint) : "";
  const code = REFUSALS[constraint];
  return code === undefined ? undefined : new LoyaltyError(code, { constraint }, [], error);
}
