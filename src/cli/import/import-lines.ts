import type { Connection } from "../connection.ts";
import { EXIT } from "../exit.ts";
import { note } from "../output.ts";
import { ErrorsFile } from "./errors-file.ts";
import { openImportFile } from "./import-file.ts";
import { showProgress } from "./progress.ts";
import { type LineImport, runImport } from "./run-import.ts";

/** How many rejected lines are shown; the file of errors has them all. */
const SHOWN_FAILURES = 5;

/** Sends a file, shows how far it is and the first rejected lines, and exits with 1 where there are any. Answers how long it took. */
export async function importLines<Answer extends { line: number }>(
  connection: Connection,
  name: string,
  kind: LineImport<Answer>,
  { errors: errorsName, onAnswer }: { errors: string | undefined; onAnswer(answer: Answer): void },
): Promise<{ seconds: number }> {
  const file = openImportFile(name);
  const errors = errorsName === undefined ? undefined : await ErrorsFile.open(errorsName);
  const startedAt = performance.now();
  const failures: string[] = [];
  const { failed } = await runImport(connection, file, kind, {
    progress: showProgress(file.size),
    errors,
    onAnswer(answer, problem) {
      if (problem !== undefined && failures.length < SHOWN_FAILURES) failures.push(problem);
      onAnswer(answer);
    },
  });
  await errors?.close();
  const seconds = (performance.now() - startedAt) / 1000;

  for (const failure of failures) note(failure);
  if (failed > failures.length) note(`… and ${failed - failures.length} more rejected lines`);
  if (failed > 0) process.exitCode = EXIT.refused;
  return { seconds };
}
