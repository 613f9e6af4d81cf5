import { startEmbeddedPostgres } from "../../../src/db/embedded/embedded-postgres.ts";

/** Starts the embedded Postgres of the folder in the first argument, says how that went, and stays until it is killed. */
try {
  const { url, pid } = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? "", durable: false });
  console.log(JSON.stringify({ url, pid }));
  setInterval(() => undefined, 60_000);
} catch (error) {
  console.log(JSON.stringify({ refused: error instanceof Error ? error.message : String(error) }));
}
