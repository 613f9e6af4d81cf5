import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { type Logger, pino } from "pino";
import { parse } from "yaml";
import { type Config, readConfig } from "../../src/config.ts";
import { createService, type Service } from "../../src/service.ts";
import { type ApiClient, apiClient } from "./api-client.ts";
import { cloneDatabase, type TestDatabase } from "./database.ts";
import { wrongEvents } from "./event-schemas.ts";
import { type MovableClock, movableClock } from "./movable-clock.ts";
import { takeRedisDatabase } from "./redis.ts";

const START = "2026-03-01T00:00:00Z";
const ROOT_KEY = "loy_root_of_the_tests_and_nothing_else";

export type TestServiceOptions = {
  /** Where the clock stands still at first; RFC 3339. */
  now?: string;
  /** Balances are cached in a Redis database of its own instead of the process. */
  redis?: boolean;
  config?: Partial<Config>;
  /** The test writes events of its own: they are not compared with their schemas. */
  hasOwnEvents?: boolean;
  /** Where the service logs to, for tests of what it says. */
  log?: Logger;
  /** Another service's database: two services on one are two processes to each other. The caller drops it. */
  database?: TestDatabase;
};

export type TestService = ApiClient & {
  /** The service itself, without HTTP. */
  inside: Pick<Service, "app" | "engine" | "readPool" | "webhooks">;
  clock: MovableClock;
  database: TestDatabase;
  rootKey: string;
  /**
   * Publishes a program: a definition, or the name of a file in examples/programs, and makes an admin key, which `request` then uses.
   * `change` is laid over the top level of the file.
   */
  createProgram(definition: Record<string, unknown> | string, change?: Record<string, unknown>): Promise<{ id: string; key: string }>;
  /** What the clock has made due is done; fails where a job fails. Answers how many things each job did. */
  runJobs(): Promise<Record<string, number>>;
  /** Every event that is committed has its place in the feed then. */
  numberEvents(): Promise<void>;
  /** Listens on a free port and answers its URL: for what only real connections show. */
  listen(): Promise<string>;
  close(): Promise<void>;
};

/** The real service on a database of its own, with a clock that the test moves. */
export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const database = options.database ?? (await cloneDatabase());
  const clock = movableClock(options.now ?? START);
  const config: Config = {
    ...readConfig({}),
    DATABASE_URL: database.url,
    JOBS_INTERVAL_SECONDS: 0,
    EVENTS_INTERVAL_MS: 0,
    ...(options.redis ? { REDIS_URL: await takeRedisDatabase() } : {}),
    ...options.config,
  };
  const log = options.log ?? pino({ level: process.env.TEST_LOG_LEVEL ?? "silent" });
  const service = await createService(config, { clock: clock.now, log, rootKey: ROOT_KEY, checkAnswers: true });
  const client = apiClient(service.app, ROOT_KEY);

  return {
    ...client,
    inside: service,
    clock,
    database,
    rootKey: ROOT_KEY,
    async createProgram(definition, change = {}) {
      const file = typeof definition === "string" ? await readProgram(definition) : definition;
      const body = { ...file, ...change };
      const id = String("id" in body ? body.id : "");
      const asRoot = { key: ROOT_KEY, headers: { "loyalty-program": id } };
      await client.expectStatus(200, "PUT", "/v1/program", { ...asRoot, body });
      const made = await client.expectStatus<{ key: string }>(201, "POST", "/v1/keys", {
        ...asRoot,
        body: { name: "tests", scopes: ["admin"] },
      });
      const { key } = made.body;
      client.use(key);
      return { id, key };
    },
    async runJobs() {
      const done: Record<string, number> = {};
      for (const report of await service.jobs.runAll()) {
        if ("error" in report) throw report.error;
        if ("run" in report) done[report.job] = (done[report.job] ?? 0) + report.run.done;
      }
      return done;
    },
    numberEvents: () => service.sequencer.numberAll(),
    async listen() {
      await service.app.listen({ port: 0, host: "127.0.0.1" });
      return `http://127.0.0.1:${(service.app.server.address() as AddressInfo).port}`;
    },
    async close() {
      await service.close();
      const wrong = options.hasOwnEvents ? [] : await wrongEvents(database);
      if (options.database === undefined) await database.drop();
      if (wrong.length > 0) throw new Error(`events that are not as their schemas say:\n${wrong.slice(0, 5).join("\n")}`);
    },
  };
}

/** A program file of examples/programs, as it is before it is published. */
export async function readProgram(name: string): Promise<Record<string, unknown>> {
  const file = new URL(`../../examples/programs/${name.replace(/\.yaml$/, "")}.yaml`, import.meta.url);
  return parse(await readFile(file, "utf8")) as Record<string, unknown>;
}
