import { z } from "zod";
import { NDJSON } from "../../http/ndjson.ts";
import { CliError } from "../exit.ts";
import type { LineImport } from "./run-import.ts";

const Points = z.record(z.string(), z.int());

const Accepted = z.object({
  line: z.int(),
  status: z.union([z.literal(200), z.literal(201)]),
  type: z.string(),
  memberId: z.string(),
  replayed: z.boolean(),
  totals: z.object({ gross: z.int(), discount: z.int(), net: z.int() }).optional(),
  points: Points.optional(),
  returnedNet: z.int().optional(),
  clawedBack: Points.optional(),
});
/** All that the service says of a line that it refused. */
const Rejected = z.looseObject({ line: z.int(), status: z.int(), code: z.string(), detail: z.string() });

export type AcceptedAnswer = z.infer<typeof Accepted>;
export type RejectedAnswer = z.infer<typeof Rejected>;
export type LineAnswer = AcceptedAnswer | RejectedAnswer;

export const isRejected = (answer: LineAnswer): answer is RejectedAnswer => "code" in answer;

const Answer = z.union([Rejected, Accepted]);

export const parseAnswer = (text: string): LineAnswer => readAnswer(Answer, text);

/** Errors: CliError when this is not the answer to a line. */
export function readAnswer<S extends z.ZodType>(shape: S, text: string): z.output<S> {
  try {
    return shape.parse(JSON.parse(text));
  } catch (error) {
    throw new CliError("the service answered a line in a way that this client does not know", 1, error);
  }
}

/** Members, orders and whatever else a line can stand for. */
export const LINES: LineImport<LineAnswer> = {
  path: "/v1/import",
  contentType: NDJSON,
  parse: parseAnswer,
  problemOf: (answer) => (isRejected(answer) ? `line ${answer.line}: ${answer.code}: ${answer.detail}` : undefined),
};
