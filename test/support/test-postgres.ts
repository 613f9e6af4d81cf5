import { rm } from "node:fs/promises";
import { startEmbeddedPostgres } from "../../src/db/embedded/embedded-postgres.ts";
import { containerEngine } from "./container-engine.ts";
import { makeTestFolder } from "./test-folder.ts";

/** A server for one run of the tests: `via` says where it comes from. */
export type TestServer = { via: string; url: string; stop(): Promise<unknown> };

/** TEST_DATABASE_URL, else a container when an engine answers, else the embedded Postgres in a temporary folder. */
export async function startTestPostgres(): Promise<TestServer> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { via: "TEST_DATABASE_URL", url: given, stop: async () => undefined };
  if (await containerEngine()) {
    const { PostgreSqlContainer } = await import("@testcontainers/postgresql");
    const container = await new PostgreSqlContainer("postgres:17-alpine").start();
    return { via: "container", url: container.getConnectionUri(), stop: () => container.stop() };
  }
  const folder = await makeTestFolder("test");
  const postgres = await startEmbeddedPostgres({ dataDir: folder, durable: false });
  const stop = async () => {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { via: "embedded", url: postgres.url, stop };
}
