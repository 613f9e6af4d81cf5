import type { Command } from "commander";
import { migrate } from "../../db/migrations.ts";
import { databaseError } from "../database.ts";
import { usageError } from "../exit.ts";
import { printLine } from "../output.ts";

export function addMigrate(loyalty: Command): void {
  loyalty
    .command("migrate")
    .description("bring a database to the tables that this version needs; what is there already is left as it is")
    .option("--database <url>", "the database, as its owner; without it MIGRATION_DATABASE_URL or DATABASE_URL")
    .action(runMigrate);
}

async function runMigrate({ database }: { database?: string }): Promise<void> {
  const url = database ?? (process.env.MIGRATION_DATABASE_URL || process.env.DATABASE_URL);
  if (!url) throw usageError("which database? Give --database URL, or set MIGRATION_DATABASE_URL or DATABASE_URL");
  try {
    const { applied } = await migrate(url, { log: (line) => void printLine(line) });
    await printLine(applied.length === 0 ? "nothing to do: the database is up to date" : `${applied.length} applied`);
  } catch (error) {
    throw databaseError(error);
  }
}
