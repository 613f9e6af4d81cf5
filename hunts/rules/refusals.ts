import { LoyaltyError } from "../../src/core/errors.ts";

/** The refusal that a function ends with, or null. Anything else that it throws goes on. */
export function refusalOf(run: () => unknown): LoyaltyError | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof LoyaltyError) return error;
    throw error;
  }
}

type Refusal = { code: string; errors: readonly { pointer: string; code: string; detail: string }[] };

/** Whether a pointer (RFC 6901) names a place in an input, or one that is missing where there is something to miss it in. */
function isPlace(pointer: string, input: unknown): boolean {
  if (pointer === "") return true;
  if (!pointer.startsWith("/")) return false;
  const keys = pointer
    .slice(1)
    .split("/")
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  let value = input;
  for (const [depth, key] of keys.entries()) {
    if (typeof value !== "object" || value === null) return depth === keys.length - 1;
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  return true;
}

/** What is wrong with a refusal of an input: each names what is wrong with it, and where. */
export function* flawsOfRefusal({ code, errors }: Refusal, input: unknown): Generator<string> {
  if (errors.length === 0) yield `${code} names no place`;
  for (const { pointer, code: reason, detail } of errors) {
    if (!isPlace(pointer, input)) yield `${code} names ${pointer}, which is no place in the input`;
    if (reason === "" || detail.trim() === "") yield `${code} at ${pointer} gives no reason`;
  }
}
