import { Readable } from "node:stream";
import type { Connection } from "../../src/cli/connection.ts";
import { isRejected, LINES, type LineAnswer, type RejectedAnswer } from "../../src/cli/import/answer.ts";
import { showProgress } from "../../src/cli/import/progress.ts";
import { runImport } from "../../src/cli/import/run-import.ts";
import { ImportSummary } from "../../src/cli/import/summary.ts";
import type { YearLine } from "./make-year.ts";

/** What one member did in the year, as the service answered it. Pence. */
export type MemberYear = { orders: number; returns: number; net: number; returnedNet: number };

export type ImportedYear = { summary: ImportSummary; byMember: Map<string, MemberYear>; seconds: number };

/** Sends the year through the import, as a shop would send its history. Errors: when a line is refused, for none should be. */
export async function importYear(connection: Connection, year: readonly YearLine[]): Promise<ImportedYear> {
  const lines = year.map((line) => `${JSON.stringify(line)}\n`);
  const size = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
  let bytes = 0;
  const counted = function* () {
    for (const line of lines) {
      bytes += Buffer.byteLength(line);
      yield Buffer.from(line);
    }
  };
  const byMember = new Map<string, MemberYear>();
  let refused: RejectedAnswer | undefined;
  const startedAt = performance.now();
  const file = { lines: Readable.from(counted()), size, bytesRead: () => bytes };
  const summary = new ImportSummary();
  await runImport(connection, file, LINES, {
    progress: showProgress(size),
    onAnswer: (answer) => {
      summary.add(answer);
      if (isRejected(answer)) refused ??= answer;
      else addAnswer(byMember, answer);
    },
  });
  if (refused !== undefined) throw new Error(`line ${refused.line} was refused: ${refused.code}: ${refused.detail}`);
  return { summary, byMember, seconds: (performance.now() - startedAt) / 1000 };
}

function addAnswer(byMember: Map<string, MemberYear>, answer: Exclude<LineAnswer, RejectedAnswer>): void {
  const year = byMember.get(answer.memberId) ?? { orders: 0, returns: 0, net: 0, returnedNet: 0 };
  byMember.set(answer.memberId, year);
  if (answer.type === "order") year.orders += 1;
  if (answer.type === "return") year.returns += 1;
  year.net += answer.totals?.net ?? 0;
  year.returnedNet += answer.returnedNet ?? 0;
}
