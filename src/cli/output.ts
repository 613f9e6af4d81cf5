import { once } from "node:events";

/** One line of a result. Waits while the reader of a pipe is behind, so that nothing piles up. */
export async function printLine(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, "drain");
}

/** One line about the work itself: apart from results, which may be piped. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** `head` and the like close the pipe when they have enough: that is no error. */
export function endQuietlyOnClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}
