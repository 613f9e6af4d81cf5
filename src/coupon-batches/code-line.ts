import { readSharedCode } from "../coupons/code.ts";
import type { LineFault, NumberedLine } from "../imports/split-lines.ts";

/** Why a line of a file of codes is refused. */
export type CodeFault = LineFault | "no_code" | "taken";

/** Each fault in words, after the number of the line. */
export const CODE_FAULTS: Record<CodeFault, string> = {
  no_code: "is no code of 3 to 40 letters A to Z and digits",
  taken: "is a code of the program already, and not of this batch",
  too_long: "is longer than a line may be",
  not_utf8: "is not UTF-8",
  broken_off: "is where the body broke off, or could not be unpacked any further",
};

/** The first cell of a line of CSV (RFC 4180), whatever the cells are parted by. */
function firstCell(line: string): string {
  const quoted = /^\s*"((?:[^"]|"")*)"/.exec(line)?.[1];
  return (quoted?.replaceAll('""', '"') ?? line.split(/[,;\t]/, 1)[0] ?? "").trim();
}

/** The code of a line as it is stored, or what is wrong with it; null of an empty line and of a heading, which is the first line. */
export function readCodeLine(line: NumberedLine): { code: string } | { fault: CodeFault } | null {
  if ("fault" in line) return { fault: line.fault };
  const cell = firstCell(line.text);
  if (cell === "" || (line.number === 1 && cell.toLowerCase() === "code")) return null;
  const code = readSharedCode(cell);
  return code === null ? { fault: "no_code" } : { code };
}
