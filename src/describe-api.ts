import { pino } from "pino";
import { buildApp } from "./app.ts";
import { AssertionFailed } from "./core/assert.ts";
import { FeedSignal } from "./events/feed-signal.ts";
import { createMetrics } from "./http/metrics.ts";
import { openapi } from "./http/openapi.ts";

/** Stands for what an application that only describes itself must not use. */
function unused<T extends object>(name: string): T {
  return new Proxy({} as T, {
    get: () => {
      throw new AssertionFailed(`${name} is not used to describe the API`);
    },
  });
}

/** The OpenAPI document of the API, made from its routes; needs no database. */
export async function generateOpenApi(): Promise<object> {
  const app = await buildApp({
    rootKey: "unused",
    trustProxy: false,
    requestTimeoutMs: 30_000,
    log: pino({ level: "silent" }),
    pool: unused("pool"),
    engine: unused("engine"),
    quotes: unused("quotes"),
    registry: unused("registry"),
    balances: unused("balances"),
    importWindow: 1,
    clock: () => new Date(),
    serviceClock: () => new Date(),
    time: unused("time"),
    jobs: unused("jobs"),
    feedSignal: new FeedSignal(),
    webhooks: { secrets: unused("secrets"), sendMessage: unused("sendMessage"), allowPrivate: false },
    keyCounts: unused("keyCounts"),
    metrics: createMetrics(),
    readiness: [],
    beforeRoutes: async (made) => {
      await made.register(openapi);
    },
  });
  const document = app.swagger();
  await app.close();
  return document;
}
