import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { migrate } from "../../src/db/migrations.ts";
import { databaseUrl, TEMPLATE } from "./database.ts";
import { pgbouncerVersion } from "./pgbouncer.ts";
import { startTestPostgres } from "./test-postgres.ts";
import { startTestRedis } from "./test-redis.ts";

declare module "vitest" {
  interface ProvidedContext {
    postgresUrl: string;
    /** How a database is cloned with the least work. */
    cloneStrategy: "file_copy" | "wal_log";
    /** Empty when no Redis was found: tests that need one are skipped. */
    redisUrl: string;
  }
}

/** One Postgres with a migrated template and one Redis a run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // What one run has compiled the next one need not, and what a test's process has compiled no other of them.
  process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), "loyalty-tests-compiled");
  const started = await Promise.allSettled([startTestPostgres(), startTestRedis()]);
  const stop = async () => {
    for (const server of started) if (server.status === "fulfilled") await server.value?.stop();
  };
  try {
    const [postgres, redis] = started;
    if (postgres.status === "rejected") throw postgres.reason;
    if (redis.status === "rejected") throw redis.reason;
    if (redis.value === undefined && process.env.CI === "true")
      throw new Error("CI runs every test: install redis-server or set TEST_REDIS_URL");
    project.provide("cloneStrategy", await makeTemplate(postgres.value.url));
    project.provide("postgresUrl", postgres.value.url);
    project.provide("redisUrl", redis.value?.url ?? "");
    const cache = redis.value === undefined ? "NO REDIS FOUND, its tests are skipped" : `Redis (${redis.value.via})`;
    const version = pgbouncerVersion();
    const pooler = version === undefined ? "NO PGBOUNCER 1.21 OR NEWER FOUND, its tests are skipped" : `pgbouncer ${version}`;
    console.log(`Postgres (${postgres.value.via}), ${cache}, ${pooler}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/** Answers how to clone it: copies of files are half the work where the server does not wait for them to reach the disk. */
async function makeTemplate(url: string): Promise<"file_copy" | "wal_log"> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await admin.query(`drop database if exists ${TEMPLATE}`);
    await admin.query(`create database ${TEMPLATE}`);
    await migrate(databaseUrl(url, TEMPLATE));
    const { rows } = await admin.query<{ fsync: string }>("show fsync");
    return rows[0]?.fsync === "off" ? "file_copy" : "wal_log";
  } finally {
    await admin.end();
  }
}
