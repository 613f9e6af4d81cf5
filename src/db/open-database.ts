import type pg from "pg";
import type { Config } from "../config.ts";
import { startEmbeddedPostgres } from "./embedded/embedded-postgres.ts";
import { migrate } from "./migrations.ts";
import { beginningWith, keepsLimits } from "./session-limits.ts";
import { singleConnection } from "./single-connection.ts";
import { enterProgram, NO_PROGRAM } from "./transaction.ts";

/** The database cannot be used as it is set. The message is one line for the operator and names the setting. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
}

export type OpenDatabase = {
  /** What the service's pools connect to. */
  url: string;
  /** Connections do not keep the limits that they begin with: a pgbouncer stands before Postgres. */
  losesLimits: boolean;
  close(): Promise<void>;
};

type DatabaseConfig = Pick<Config, "DATABASE_URL" | "MIGRATION_DATABASE_URL" | "POSTGRES_BIN_DIR" | "DATA_DIR" | "WAL_ARCHIVE_DIR"> &
  Pick<Config, "WEB_CONCURRENCY" | "WRITE_POOL_SIZE" | "READ_POOL_SIZE" | "STATEMENT_TIMEOUT_MS" | "LOCK_TIMEOUT_MS">;

/** Of jobs and events, and one for a verification. */
const OTHER_CONNECTIONS = 5;
/** For migrations, the command line and whoever looks at the database by hand. */
const SPARE_CONNECTIONS = 20;

const connectionsOf = ({ WEB_CONCURRENCY, WRITE_POOL_SIZE, READ_POOL_SIZE }: DatabaseConfig): number =>
  WEB_CONCURRENCY * (WRITE_POOL_SIZE + 2 * READ_POOL_SIZE + OTHER_CONNECTIONS) + SPARE_CONNECTIONS;

/**
 * The database of the settings, or the embedded one, with every migration applied and proven to take the serving role.
 * Errors: DatabaseError, MigrationError, EmbeddedPostgresError.
 */
export async function openDatabase(config: DatabaseConfig, onMigration: (line: string) => void): Promise<OpenDatabase> {
  const embedded =
    config.DATABASE_URL === undefined
      ? await startEmbeddedPostgres({
          dataDir: config.DATA_DIR,
          binDir: config.POSTGRES_BIN_DIR,
          archiveDir: config.WAL_ARCHIVE_DIR,
          connections: connectionsOf(config),
        })
      : undefined;
  const limits = { statementTimeoutMs: config.STATEMENT_TIMEOUT_MS, lockTimeoutMs: config.LOCK_TIMEOUT_MS };
  const url = embedded?.url ?? config.DATABASE_URL ?? "";
  const close = async () => embedded?.stop();
  try {
    const owner = config.MIGRATION_DATABASE_URL;
    const setting = owner === undefined ? "DATABASE_URL" : "MIGRATION_DATABASE_URL";
    await reach({ connectionString: owner ?? url }, setting, async () => undefined);
    await migrate(owner ?? url, { log: onMigration });
    const losesLimits = await reach({ connectionString: url, ...beginningWith(limits) }, "DATABASE_URL", async (client) => {
      await requireServingRole(client);
      return !(await keepsLimits(client, limits));
    });
    return { url, losesLimits, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function reach<T>(connection: pg.ClientConfig, setting: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = singleConnection({ ...connection, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
  } catch (error) {
    throw new DatabaseError(`the database of ${setting} cannot be reached: ${reasonOf(error)}`, { cause: error });
  }
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function requireServingRole(client: pg.Client): Promise<void> {
  await client.query("begin");
  try {
    await client.query(enterProgram(client, NO_PROGRAM));
    await client.query("rollback");
  } catch (error) {
    const user = client.user ?? "this user";
    throw new DatabaseError(
      `the user ${user} of DATABASE_URL may not act as loyalty_service (${reasonOf(error)}): as the owner, run: grant loyalty_service to "${user}"`,
      { cause: error },
    );
  }
}

/** An attempt at several addresses of one host fails with all their reasons and no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
