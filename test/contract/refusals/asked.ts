import type { ErrorCode } from "../../../src/core/errors.ts";
import type { ApiRequest } from "../../support/api-client.ts";

/** A request about what `beforeAll` of problems.test.ts made: values in its path, and its body as a whole. */
export type Asked = { values?: Record<string, string>; body?: Record<string, unknown>; query?: string; request?: ApiRequest };

/** How each refusal of an operation's own is reached, by operationId. */
export type Refusals = Record<string, Partial<Record<ErrorCode, () => Asked>>>;
