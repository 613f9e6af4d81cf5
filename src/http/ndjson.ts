/** Newline-delimited JSON: a value a line. */
export const NDJSON = "application/x-ndjson";

/** Each answer as a line, when it is there. */
export async function* toLines(answers: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const answer of answers) yield `${JSON.stringify(answer)}\n`;
}
