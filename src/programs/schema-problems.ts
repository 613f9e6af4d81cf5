import type { z } from "zod";
import type { InputProblem } from "../core/errors.ts";

type Issue = z.core.$ZodIssue;

/** RFC 6901. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

const depthOf = (issues: readonly Issue[]): number => Math.max(0, ...issues.map(({ path }) => path.length));

/** The variant of a union that the input is closest to: the one that it breaks in the fewest places, of equal ones the one that goes deepest. */
function closestVariant(variants: readonly (readonly Issue[])[]): readonly Issue[] {
  const broken = variants.filter((issues) => issues.length > 0);
  return broken.reduce((best, issues) => {
    const isCloser = issues.length === best.length ? depthOf(issues) > depthOf(best) : issues.length < best.length;
    return isCloser ? issues : best;
  }, broken[0] ?? []);
}

function problemsOf(issue: Issue, parent: readonly PropertyKey[]): InputProblem[] {
  const path = [...parent, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors.some((variant) => variant.length > 0)) {
    return closestVariant(issue.errors).flatMap((inner) => problemsOf(inner, path));
  }
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ pointer: pointerTo([...path, key]), code: issue.code, detail: "there is no such field" }));
  }
  return [{ pointer: pointerTo(path), code: issue.code, detail: issue.message }];
}

/** What a schema says against an input, one problem a place. */
export function schemaProblems(error: z.ZodError): InputProblem[] {
  return error.issues.flatMap((issue) => problemsOf(issue, []));
}
