/** The embedded Postgres cannot run here. The message is one line for the operator and says what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = "EmbeddedPostgresError";
}
