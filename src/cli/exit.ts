/** What the process answers to a script. */
export const EXIT = { fine: 0, refused: 1, usage: 2 } as const;

/** Something that the person at the terminal can mend: printed as it is, without a stack. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.refused, cause?: unknown) {
    super(message, { cause });
    this.exitCode = exitCode;
  }
}

/** A command that was called in a way that cannot work. */
export const usageError = (message: string): CliError => new CliError(message, EXIT.usage);

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
