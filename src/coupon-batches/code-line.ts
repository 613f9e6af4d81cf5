import { z } from "zod";
import { LoyaltyError } from "../core/errors.ts";
import { plainCode, readSharedCode } from "../coupons/code.ts";
import { parseJson } from "../http/parse-json.ts";
import { type LineFault, type NumberedLine, splitLines } from "../imports/split-lines.ts";

/** A line that is longer is refused without being read. */
const LINE_BYTES_MAX = 4_096;

/** Why a line of a file of codes is refused. */
export type CodeFault = LineFault | "no_json" | "no_code" | "taken";

/** Each fault in words, after the number of the line. */
export const CODE_FAULTS: Record<CodeFault, string> = {
  no_json: "is no JSON object whose `code` is text",
  no_code: "is no code of 3 to 40 letters A to Z and digits",
  taken: "is a code of the program already, and not of this batch",
  too_long: `is longer than the ${LINE_BYTES_MAX} bytes that a line may have`,
  not_utf8: "is not UTF-8",
  broken_off: "is where the body broke off, or could not be unpacked any further",
};

/** A line of CSV or of NDJSON as text: what should be a code; null of a line that says none, such as a heading. */
type ReadText = (text: string, number: number) => string | null | { fault: CodeFault };

/** What a line says: a code as it is stored, or what is wrong with it; null where it says nothing. `why` tells more than the fault. */
export type ReadCode = { code: string } | { fault: CodeFault; why?: string };
/** A line that says something. */
export type CodeLine = { line: number } & ReadCode;

/** The first cell of a line of CSV (RFC 4180), whatever the cells are parted by; the first line may be a heading. */
export const csvCode: ReadText = (text, number) => {
  const quoted = /^\s*"((?:[^"]|"")*)"/.exec(text)?.[1];
  const cell = (quoted?.replaceAll('""', '"') ?? text.split(/[,;\t]/, 1)[0] ?? "").trim();
  return cell === "" || (number === 1 && cell.toLowerCase() === "code") ? null : cell;
};

/** Other fields are what another system says of the code: they are ignored, as other cells are. */
export const SentCode = z
  .looseObject({ code: z.string().meta({ description: "The code; other fields of the line are ignored", example: "SUMMER-0001" }) })
  .meta({ id: "SentCode", description: "One code", example: { code: "SUMMER-0001" } });

/** The `code` of a line of NDJSON. */
export const ndjsonCode: ReadText = (text) => {
  if (text.trim() === "") return null;
  try {
    const sent = SentCode.safeParse(parseJson(text));
    return sent.success ? sent.data.code : { fault: "no_json" };
  } catch (error) {
    if (error instanceof LoyaltyError) return { fault: "no_json" };
    throw error;
  }
};

export function readCodeLine(line: NumberedLine, readText: ReadText): ReadCode | null {
  if ("fault" in line) return { fault: line.fault };
  const sent = readText(line.text, line.number);
  if (typeof sent !== "string") return sent;
  const code = readSharedCode(sent);
  return code === null ? { fault: "no_code", why: whyNoCode(plainCode(sent)) } : { code };
}

/** The lines of a file that say something. */
export async function* readCodeLines(bytes: AsyncIterable<Uint8Array>, readText: ReadText): AsyncGenerator<CodeLine> {
  for await (const line of splitLines(bytes, LINE_BYTES_MAX)) {
    const read = readCodeLine(line, readText);
    if (read !== null) yield { line: line.number, ...read };
  }
}

function whyNoCode(code: string): string {
  const other = /[^A-Z0-9]/u.exec(code)?.[0];
  return other === undefined ? `it has ${code.length}` : `it has ${JSON.stringify(other)}`;
}
