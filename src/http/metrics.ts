import type { FastifyRequest } from "fastify";
import fp from "fastify-plugin";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { z } from "zod";
import { operation } from "./operation.ts";

const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** What the service counts. Of several processes on one port each has a label of its own. Labels never hold an id: their number stays small, and nothing personal is in them. */
export function createMetrics({ process }: { process?: string } = {}) {
  const registry = new Registry();
  if (process !== undefined) registry.setDefaultLabels({ process });
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requestSeconds: new Histogram({
      name: "http_request_duration_seconds",
      help: "Seconds from the first byte of a request to the last of its answer",
      labelNames: ["method", "route", "status"] as const,
      buckets: REQUEST_SECONDS,
      registers,
    }),
    batchSize: new Histogram({
      name: "loyalty_batch_commands",
      help: "Commands that one transaction took",
      buckets: BATCH_SIZES,
      registers,
    }),
    batchSeconds: new Histogram({
      name: "loyalty_batch_duration_seconds",
      help: "Seconds from the start of a batch to its commit",
      buckets: REQUEST_SECONDS,
      registers,
    }),
    queueDepth: new Gauge({ name: "loyalty_queue_commands", help: "Commands that wait for a batch", registers }),
    jobRuns: new Counter({
      name: "loyalty_job_runs_total",
      help: "Runs of a job in this process over all programs, by how they ended",
      labelNames: ["job", "outcome"] as const,
      registers,
    }),
    jobSeconds: new Gauge({
      name: "loyalty_job_duration_seconds",
      help: "Seconds that a job's last run over all programs took",
      labelNames: ["job"] as const,
      registers,
    }),
    jobLastSuccess: new Gauge({
      name: "loyalty_job_last_success_timestamp_seconds",
      help: "When a job last ran over all programs in this process without an error",
      labelNames: ["job"] as const,
      registers,
    }),
    jobLag: new Gauge({
      name: "loyalty_job_lag_seconds",
      help: "By how much what had waited longest was late when a job's last run did it",
      labelNames: ["job"] as const,
      registers,
    }),
    jobDone: new Counter({ name: "loyalty_job_done_total", help: "Things that a job did", labelNames: ["job"] as const, registers }),
    eventsNumbered: new Counter({
      name: "loyalty_events_numbered_total",
      help: "Events that this process has given their places in feeds",
      registers,
    }),
    eventsLag: new Gauge({
      name: "loyalty_events_lag_seconds",
      help: "How long the oldest event had waited for its place in a feed when this process looked last",
      registers,
    }),
    eventsFailed: new Counter({
      name: "loyalty_events_failures_total",
      help: "Looks for events to number that failed; each is tried again",
      registers,
    }),
    webhookAttempts: new Counter({
      name: "loyalty_webhook_attempts_total",
      help: "Attempts to deliver an event to a webhook, by how they ended",
      labelNames: ["outcome"] as const,
      registers,
    }),
    linesAnswered: new Counter({
      name: "loyalty_ingested_lines_total",
      help: "Lines of the broker that were answered, by what came of them; again: they come once more",
      labelNames: ["outcome"] as const,
      registers,
    }),
    linesWaiting: new Gauge({ name: "loyalty_ingestion_waiting_lines", help: "Lines of the broker that are not done", registers }),
    cacheHits: new Counter({ name: "loyalty_balance_cache_hits_total", help: "Balances answered from the cache", registers }),
    cacheMisses: new Counter({ name: "loyalty_balance_cache_misses_total", help: "Balances read from the database", registers }),
    balancesAsked: new Counter({
      name: "loyalty_balances_asked_total",
      help: "Balances that the database was asked for; unchanged: the process had answered them before, and only that was asked",
      labelNames: ["outcome"] as const,
      registers,
    }),
    cacheErrors: new Counter({
      name: "loyalty_balance_cache_errors_total",
      help: "Calls of the cache that failed or took too long",
      registers,
    }),
    cacheBreakerOpen: new Gauge({
      name: "loyalty_balance_cache_breaker_open",
      help: "1 while the cache is left alone because it keeps failing",
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;

/** Unknown addresses share one label: otherwise anybody could make as many as they like. */
const routeOf = (request: FastifyRequest) => request.routeOptions.url ?? "unknown";

export const metricsRoutes = fp<{ metrics: Metrics; read: () => Promise<string> }>(
  async (app, { metrics, read }) => {
    app.addHook("onResponse", (request, reply, done) => {
      const labels = { method: request.method, route: routeOf(request), status: String(reply.statusCode) };
      metrics.requestSeconds.observe(labels, reply.elapsedTime / 1000);
      done();
    });

    app.get(
      "/metrics",
      {
        config: { scope: "public" },
        logLevel: "warn",
        schema: operation({
          operationId: "getMetrics",
          tag: "service",
          summary: "Metrics for Prometheus",
          description:
            "Process, requests, batches of the write path, jobs and the balance cache, in the text format of Prometheus. Holds no ids.",
          response: {
            200: {
              description: "Metrics in text format",
              content: { "text/plain": { schema: z.string().meta({ example: "loyalty_queue_commands 0\n" }) } },
            },
          },
        }),
      },
      async (_request, reply) =>
        reply
          .type(metrics.registry.contentType)
          .serializer(String)
          .send(await read()),
    );
  },
  { name: "metrics" },
);
