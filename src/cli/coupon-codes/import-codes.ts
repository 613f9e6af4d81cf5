import type { z } from "zod";
import { CodeAnswerSchema } from "../../coupon-batches/schemas.ts";
import { NDJSON } from "../../http/ndjson.ts";
import type { Connection } from "../connection.ts";
import { readAnswer } from "../import/answer.ts";
import { importLines } from "../import/import-lines.ts";
import { formatCount } from "../minor-units.ts";
import { pathOf } from "./batch.ts";

export type CodesFormat = "csv" | "ndjson";
type CodeAnswer = z.output<typeof CodeAnswerSchema>;

const CONTENT_TYPES: Record<CodesFormat, string> = { csv: "text/csv", ndjson: NDJSON };

/** What a file is by its name, packed or not. */
export const formatOf = (file: string): CodesFormat => (/\.(ndjson|jsonl)(\.gz)?$/i.test(file) ? "ndjson" : "csv");

function problemOf(answer: CodeAnswer): string | undefined {
  if (answer.outcome === "refused") return answer.detail;
  return answer.outcome === "stopped" ? `stopped at line ${answer.line}: ${answer.reason}: ${answer.detail}` : undefined;
}

/** Adds a file of codes to a batch, and says what became of its lines. */
export async function importCodes(
  connection: Connection,
  id: string,
  { file, format, errors }: { file: string; format: CodesFormat; errors: string | undefined },
): Promise<string[]> {
  const counts = { added: 0, present: 0, doubled: 0, refused: 0, stopped: 0 };
  const kind = {
    path: `${pathOf(id)}/codes`,
    contentType: CONTENT_TYPES[format],
    parse: (text: string) => readAnswer(CodeAnswerSchema, text),
    problemOf,
  };
  const { seconds } = await importLines(connection, file, kind, {
    errors,
    onAnswer: ({ outcome }) => {
      counts[outcome] += 1;
    },
  });
  const rows = [
    ["added", `${formatCount(counts.added)} in ${seconds.toFixed(1)} s`],
    ["present", `${formatCount(counts.present)}, which the batch had before`],
    ["doubled", `${formatCount(counts.doubled)}, on a line before`],
    ["refused", formatCount(counts.refused)],
  ];
  return rows.map(([name = "", value]) => `${name.padEnd(14)}${value}`);
}
