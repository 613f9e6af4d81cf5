import { ConfigError } from "./config.ts";
import { EmbeddedPostgresError } from "./db/embedded/errors.ts";
import { MigrationError } from "./db/migrations.ts";
import { DatabaseError } from "./db/open-database.ts";
import { BrokerError } from "./ingestion/broker.ts";
import { ServingProcessError } from "./processes/supervisor.ts";

const EXPECTED = [BrokerError, ConfigError, DatabaseError, EmbeddedPostgresError, MigrationError, ServingProcessError];

/** Why the service does not start: one line for the operator, or the whole trace of what nobody expected. */
export function explainStartError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (EXPECTED.some((expected) => error instanceof expected)) return oneLine(error.message);
  const { code, path, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  if (code === "EADDRINUSE") return `PORT ${port} is in use by another program: set another one`;
  if (code === "EACCES" && port !== undefined) return `PORT ${port} may not be listened on by this user: set one above 1023`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return `HOST ${address ?? ""} is no address of this machine`;
  if ((code === "EACCES" || code === "EROFS" || code === "ENOTDIR" || code === "EEXIST") && path !== undefined) {
    return `DATA_DIR cannot be used: ${oneLine(error.message)}`;
  }
  return error.stack ?? error.message;
}

const oneLine = (text: string) => text.trim().replaceAll(/\s*\n\s*/g, "; ");
