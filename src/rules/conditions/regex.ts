import { EvaluationError } from "@marcbachmann/cel-js";
import { RE2JS, RE2JSException } from "re2js";

/** Limits that bound what one match costs; time is linear in pattern size × subject length. */
export const PATTERN_LENGTH_MAX = 200;
const PATTERN_SIZE_MAX = 200;
const SUBJECT_LENGTH_MAX = 200;
const PATTERNS_CACHED_MAX = 1000;

const compiled = new Map<string, RE2JS>();

/** Compiles a pattern once; past the limit of the cache the oldest one is forgotten. */
function compilePattern(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const regex = RE2JS.compile(pattern);
  if (compiled.size >= PATTERNS_CACHED_MAX) {
    for (const oldest of compiled.keys()) {
      compiled.delete(oldest);
      break;
    }
  }
  compiled.set(pattern, regex);
  return regex;
}

/** What is wrong with a pattern, or how many steps it takes for each character of a subject. */
export function checkPattern(pattern: string): { problem: string } | { size: number } {
  if (pattern.length > PATTERN_LENGTH_MAX) return { problem: `the pattern is longer than ${PATTERN_LENGTH_MAX} characters` };
  try {
    const size = compilePattern(pattern).programSize();
    return size > PATTERN_SIZE_MAX ? { problem: "the pattern is too large; use smaller repetitions" } : { size };
  } catch (error) {
    if (error instanceof RE2JSException) return { problem: `not an RE2 pattern: ${error.message}` };
    throw error;
  }
}

/** Whether a pattern is found in a text of any length; who calls it bounds both. */
export const matchesPattern = (text: string, pattern: string): boolean => compilePattern(pattern).matcher(text).find();

/** `string.matchesRe2(pattern)`: whether the pattern is found in the string, in linear time. */
export function matchesRe2(subject: string, pattern: string): boolean {
  if (subject.length > SUBJECT_LENGTH_MAX) {
    throw new EvaluationError({ code: "subject_too_long", message: `matchesRe2 reads at most ${SUBJECT_LENGTH_MAX} characters` });
  }
  return matchesPattern(subject, pattern);
}
