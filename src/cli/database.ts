import { CliError, messageOf } from "./exit.ts";

/** One line for whatever a database says; an error of this program stays as it is, with its stack. */
export function databaseError(error: unknown): unknown {
  if (error instanceof CliError || !(error instanceof Error)) return error;
  if (error.name === "EmbeddedPostgresError") return new CliError(error.message, 1, error);
  const isOfDatabase =
    error.name === "MigrationError" || ("code" in error && typeof error.code === "string") || error instanceof AggregateError;
  if (!isOfDatabase) return error;
  const reason = error instanceof AggregateError ? messageOf(error.errors[0]) : error.message;
  return new CliError(`the database: ${reason}`, 1, error);
}
