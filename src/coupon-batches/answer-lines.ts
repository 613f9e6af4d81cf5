import { type ErrorCode, LoyaltyError } from "../core/errors.ts";
import { toRefusal } from "../http/foreign-errors.ts";
import { toProblem } from "../http/problem.ts";
import type { CodeAnswer } from "./import-codes.ts";

/** Why the import went no further: nothing of this line and of those after it was taken. */
export type StoppedAnswer = { line: number; outcome: "stopped"; reason: ErrorCode; detail: string };

/**
 * What became of each line, as it comes. An error in the middle is the last answer, since the status is sent by then.
 * `defect` is told of one that is no refusal.
 */
export async function* answerLines(
  chunks: AsyncIterable<readonly CodeAnswer[]>,
  defect: (error: unknown) => void,
): AsyncGenerator<CodeAnswer | StoppedAnswer> {
  let line = 1;
  try {
    for await (const answers of chunks) {
      yield* answers;
      line = (answers.at(-1)?.line ?? 0) + 1;
    }
  } catch (error) {
    const refusal = toRefusal(error);
    if (refusal === undefined) defect(error);
    const { code, details, errors } = refusal ?? new LoyaltyError("internal");
    yield { line, outcome: "stopped", reason: code, detail: toProblem(code, "", details, errors).detail };
  }
}
