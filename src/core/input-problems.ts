import type { z } from "zod";
import { type InputProblem, LoyaltyError } from "./errors.ts";

/** An answer names this many problems of one input at most. */
export const INPUT_PROBLEMS_MAX = 100;

/** RFC 6901: `~` and `/` in a name are written `~0` and `~1`. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

const CODES: Record<string, string> = {
  invalid_type: "wrong_type",
  too_small: "too_small",
  too_big: "too_large",
  invalid_format: "wrong_format",
  not_multiple_of: "not_multiple_of",
  unrecognized_keys: "unknown_field",
  invalid_key: "invalid_name",
  invalid_value: "not_allowed",
  invalid_union: "not_allowed",
};

type Issue = z.core.$ZodIssue;

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, part) => (typeof at === "object" && at !== null ? Reflect.get(at, part) : undefined), value);
}

/** Of a union that nothing matches, the branch that came furthest says best what is wrong. */
function closestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const depth = (issues: readonly Issue[]) => Math.max(0, ...issues.map((issue) => issue.path.length));
  const [closest, next] = branches.filter((issues) => issues.length > 0).sort((a, b) => depth(b) - depth(a));
  return closest && depth(closest) > (next ? depth(next) : 0) ? closest : undefined;
}

function problemsOf(issue: Issue, value: unknown, prefix: readonly PropertyKey[]): InputProblem[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: pointerTo([...path, key]),
      code: "unknown_field",
      detail: `The field "${key}" is not known here`,
    }));
  }
  if (issue.code === "invalid_union") {
    const closest = closestBranch(issue.errors);
    if (closest) return closest.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }, value, prefix));
  }
  const missing = issue.code !== "custom" && valueAt(value, issue.path) === undefined && issue.path.length > 0;
  if (missing) return [{ pointer: pointerTo(path), code: "missing", detail: "This field is required" }];
  return [{ pointer: pointerTo(path), code: CODES[issue.code] ?? "invalid", detail: issue.message }];
}

/** What is wrong with `value`, one entry a problem. `prefix` is where the value stands in the request, such as `["query"]`. */
export function inputProblems(issues: readonly Issue[], value: unknown, prefix: readonly PropertyKey[] = []): InputProblem[] {
  return issues.flatMap((issue) => problemsOf(issue, value, prefix)).slice(0, INPUT_PROBLEMS_MAX);
}

/**
 * The value as its schema reads it.
 * Errors: request_invalid with a pointer for each problem.
 */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown, prefix: readonly PropertyKey[] = []): z.output<S> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new LoyaltyError("request_invalid", {}, inputProblems(parsed.error.issues, value, prefix));
  return parsed.data;
}
