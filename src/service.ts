import type { FastifyInstance } from "fastify";
import type pg from "pg";
import type { Logger } from "pino";
import { buildApp } from "./app.ts";
import { createBalanceCache } from "./cache/create-balance-cache.ts";
import type { OpenRedis } from "./cache/open-redis.ts";
import { committedBalances } from "./committed-balances.ts";
import type { Config } from "./config.ts";
import { assert } from "./core/assert.ts";
import type { Clock } from "./core/clock.ts";
import { createCouponCodes } from "./coupons/code.ts";
import { type OpenDatabase, openDatabase } from "./db/open-database.ts";
import { createPool } from "./db/pool.ts";
import type { Engine } from "./engine/commands.ts";
import { createEngine } from "./engine/engine.ts";
import { createQuoteTokens } from "./engine/quote-tokens.ts";
import { createQuotes } from "./engine/quotes.ts";
import { reservingQuotes } from "./engine/reserving-quotes.ts";
import { FeedSignal } from "./events/feed-signal.ts";
import { createSequencer, type Sequencer } from "./events/sequencer.ts";
import { serverCloser } from "./http/close-server.ts";
import { eventMetrics, webhookMetrics } from "./http/event-metrics.ts";
import type { ReadinessCheck } from "./http/health.ts";
import { jobMetrics } from "./http/job-metrics.ts";
import { createMetrics, type Metrics } from "./http/metrics.ts";
import { bulkGrantsJob } from "./jobs/bulk-grants.ts";
import { campaignAnnouncementsJob } from "./jobs/campaign-announcements.ts";
import { couponCodesJob } from "./jobs/coupon-codes.ts";
import { couponEndsJob } from "./jobs/coupon-ends.ts";
import { duePointsJob } from "./jobs/due-points.ts";
import { expiryNoticesJob } from "./jobs/expiry-notices/job.ts";
import { holdTimeoutsJob } from "./jobs/hold-timeouts.ts";
import { ledgerChainJob } from "./jobs/ledger-chain.ts";
import { memberDaysJob } from "./jobs/member-days.ts";
import { quoteReservationsJob } from "./jobs/quote-reservations.ts";
import { redemptionEndsJob } from "./jobs/redemption-ends.ts";
import { createJobRunner, type JobRunner } from "./jobs/runner.ts";
import { tierReviewsJob } from "./jobs/tier-reviews/job.ts";
import { webhookDeliveriesJob } from "./jobs/webhook-deliveries.ts";
import { LocalCounts } from "./keys/limits/local-counts.ts";
import { createSharedCounts } from "./keys/limits/shared-counts.ts";
import { KeptBalances } from "./ledger/kept-balances.ts";
import { createBalanceReader } from "./ledger/read-balance.ts";
import { openPeople } from "./people/open-people.ts";
import type { Siblings } from "./processes/serving-process.ts";
import { createProgramTime } from "./programs/program-time.ts";
import { createProgramRegistry } from "./programs/registry.ts";
import type { Runs } from "./runs.ts";
import { createDispatcher, type Dispatcher } from "./webhooks/dispatcher.ts";
import { createSecretBox } from "./webhooks/secrets.ts";
import { createSender } from "./webhooks/send.ts";
import { createSendMessage } from "./webhooks/send-message.ts";

export type ServiceOptions = {
  clock: Clock;
  log: Logger;
  rootKey: string;
  /** False: health, metrics and the jobs, without the API. */
  hasApi?: boolean;
  /** What must answer beside the service's own parts before it is ready. */
  readiness?: readonly ReadinessCheck[];
  /** Fail where an answer is not as documented: for tests. */
  checkAnswers?: boolean;
  /** Those beside whom it serves on one port. */
  siblings?: Siblings;
  /** The database as another process has opened it, which will close it too. */
  opened?: Pick<OpenDatabase, "url" | "losesLimits">;
};

export type Service = Runs & {
  app: FastifyInstance;
  /** The write path and the pool of reads themselves, for who is in this process. */
  engine: Engine;
  readPool: pg.Pool;
  jobPool: pg.Pool;
  metrics: Metrics;
  /** What the clock makes due; runs by itself every JOBS_INTERVAL_SECONDS. */
  jobs: JobRunner;
  /** Gives committed events their places in the feed; does so by itself every EVENTS_INTERVAL_MS and after commits. */
  sequencer: Pick<Sequencer, "numberAll">;
  /** Delivers the feed to webhooks; does so by itself after events were numbered and every EVENTS_INTERVAL_MS. */
  webhooks: Pick<Dispatcher, "deliverAll">;
};

type Closing = () => Promise<unknown>;

/** The whole service, wired, with its database migrated; it does not listen yet. What was opened is closed again when a part fails. */
export async function createService(config: Config, options: ServiceOptions): Promise<Service> {
  const closings: Closing[] = [];
  const close = async () => {
    for (const closing of closings.splice(0).reverse()) await closing();
  };
  try {
    return { ...(await wire(config, options, (closing) => closings.push(closing))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Who has none does not load what speaks to it. */
async function openRedisIfAny(config: Config, deps: { log: Logger; metrics: Metrics }): Promise<Partial<OpenRedis>> {
  if (config.REDIS_URL === undefined) return {};
  const { openRedis } = await import("./cache/open-redis.ts");
  return openRedis(config.REDIS_URL, config, deps);
}

/** Makes each part on those before it; `onClose` is run in the opposite order. */
async function wire(
  config: Config,
  { clock: system, log, rootKey, hasApi = true, readiness = [], checkAnswers = false, siblings, opened }: ServiceOptions,
  onClose: (closing: Closing) => void,
): Promise<Omit<Service, "close">> {
  const openOwn = async () => {
    const own = await openDatabase(config, (line) => log.info(line));
    onClose(own.close);
    return own;
  };
  const database = opened ?? (await openOwn());
  const { STATEMENT_TIMEOUT_MS: statementTimeoutMs, LOCK_TIMEOUT_MS: lockTimeoutMs, REPORT_DATABASE_URL: replicaUrl } = config;
  const openPool = (name: string, max: number, { url, losesLimits }: Pick<OpenDatabase, "url" | "losesLimits"> = database) => {
    const pool = createPool({ url, name: `loyalty-${name}`, max, statementTimeoutMs, lockTimeoutMs, losesLimits, log });
    onClose(() => pool.end());
    return pool;
  };
  const writePool = openPool("write", config.WRITE_POOL_SIZE);
  const readPool = openPool("read", config.READ_POOL_SIZE);
  const hotReadPool = openPool("hot-read", config.READ_POOL_SIZE);
  // Nobody has looked whether it keeps limits: it may be away as the service starts.
  const replica = replicaUrl === undefined ? undefined : openPool("reports", config.READ_POOL_SIZE, { url: replicaUrl, losesLimits: true });
  const jobPool = openPool("jobs", 2);
  const eventPool = openPool("events", 2);

  const metrics = createMetrics(siblings && { process: String(siblings.number) });
  siblings?.tellsMetrics(() => metrics.registry.getMetricsAsJSON());
  const { redis, changes } = await openRedisIfAny(config, { log, metrics });
  onClose(async () => redis?.close());
  const cache = createBalanceCache(config, { redis, changes, log, metrics });
  onClose(() => cache.close());
  const ownCounts = new LocalCounts(system);
  const keyCounts = redis === undefined ? ownCounts : createSharedCounts(redis, ownCounts);
  onClose(async () => keyCounts.close());
  const time = createProgramTime(readPool, system);
  const { clock } = time;
  const registry = createProgramRegistry(readPool, clock);
  const feedSignal = new FeedSignal();
  const secrets = createSecretBox(config.WEBHOOK_SECRET_KEY ?? rootKey);
  const sender = createSender({ allowPrivate: config.WEBHOOK_ALLOW_PRIVATE });
  onClose(async () => sender.close());
  const sendMessage = createSendMessage({ sender, secrets, clock: system, log });
  const webhooks = createDispatcher(
    { pool: eventPool, sendMessage, clock: system, log, chance: Math.random, metrics: webhookMetrics(metrics) },
    // A worker without the key could not sign.
    { intervalMs: hasApi || config.WEBHOOK_SECRET_KEY !== undefined ? config.EVENTS_INTERVAL_MS : 0 },
  );
  onClose(() => webhooks.close());
  const sequencer = createSequencer({
    pool: eventPool,
    log,
    metrics: eventMetrics(metrics),
    numbered(programId) {
      feedSignal.changed(programId);
      webhooks.wake(programId);
    },
    intervalMs: config.EVENTS_INTERVAL_MS,
  });
  onClose(() => sequencer.close());
  const quoteTokens = createQuoteTokens(rootKey, registry);
  let commits = 0;
  const engine = createEngine({
    writePool,
    readPool,
    ruleSets: registry,
    quoteTokens,
    couponCodes: createCouponCodes(rootKey),
    time,
    limits: { maxBatch: config.MAX_BATCH, maxInFlight: config.WRITE_POOL_SIZE, maxQueue: config.MAX_QUEUE },
    committed(members) {
      commits += 1;
      cache.committed(members.programId, committedBalances(members));
      sequencer.wake(members.programId);
    },
    metrics: {
      batch: (commands, seconds) => {
        metrics.batchSize.observe(commands);
        metrics.batchSeconds.observe(seconds);
      },
      queued: (commands) => metrics.queueDepth.set(commands),
    },
  });
  onClose(() => engine.drain());
  const readLimits = { batchMax: config.MAX_BATCH, waitingMax: config.MAX_QUEUE };
  const quotes = reservingQuotes(
    createQuotes({ pool: hotReadPool, readPool, ruleSets: registry, quoteTokens, time, limits: readLimits }),
    engine,
  );
  const kept = new KeptBalances(config.BALANCE_CACHE_SIZE);
  const balances = createBalanceReader({
    pool: hotReadPool,
    cache,
    kept,
    programs: registry,
    now: clock,
    within: time.within,
    asked(balances) {
      metrics.balancesAsked.inc({ outcome: "unchanged" }, balances.unchanged);
      metrics.balancesAsked.inc({ outcome: "anew" }, balances.anew);
    },
  });

  const jobs = createJobRunner({
    pool: jobPool,
    jobs: [
      duePointsJob({ pool: jobPool, engine }),
      expiryNoticesJob({ pool: jobPool, engine, registry }),
      couponEndsJob({ pool: jobPool, engine }),
      couponCodesJob({ pool: jobPool }),
      redemptionEndsJob({ pool: jobPool, engine }),
      holdTimeoutsJob({ pool: jobPool, engine }),
      quoteReservationsJob({ pool: jobPool }),
      tierReviewsJob({ pool: jobPool, engine, registry }),
      memberDaysJob({ pool: jobPool, engine, registry }),
      campaignAnnouncementsJob({ pool: jobPool, registry }),
      bulkGrantsJob({ pool: jobPool, engine }),
      ledgerChainJob({ pool: jobPool, commits: () => commits }),
      webhookDeliveriesJob({ pool: jobPool, clock: system, keptDays: config.WEBHOOK_DELIVERIES_DAYS }),
    ],
    time,
    log,
    metrics: jobMetrics(metrics, system),
    intervalSeconds: config.JOBS_INTERVAL_SECONDS,
  });
  onClose(() => jobs.close());

  const checkDatabase = async (pool: pg.Pool) => {
    await pool.query("select 1");
  };
  const app = await buildApp({
    rootKey,
    trustProxy: config.TRUST_PROXY,
    requestTimeoutMs: config.REQUEST_TIMEOUT_SECONDS * 1_000,
    log,
    pool: readPool,
    replica,
    engine,
    quotes,
    registry,
    balances,
    importWindow: config.IMPORT_WINDOW,
    clock,
    serviceClock: system,
    people: await openPeople(config, system, log),
    time,
    jobs,
    feedSignal,
    webhooks: { secrets, sendMessage, allowPrivate: config.WEBHOOK_ALLOW_PRIVATE },
    keyCounts,
    metrics,
    readMetrics: siblings?.metrics,
    readiness: [
      { name: "database", check: () => checkDatabase(readPool) },
      ...readiness,
      ...(replica === undefined ? [] : [{ name: "report_database", isOptional: true, check: () => checkDatabase(replica) }]),
      ...(siblings === undefined ? [] : [{ name: "processes", check: async () => assert(siblings.allServe(), "all processes serve") }]),
      ...(redis === undefined ? [] : [{ name: "redis", isOptional: true, check: () => redis.ping() }]),
    ],
    hasApi,
    checkAnswers,
  });
  onClose(serverCloser(app));
  // The system gives each of several processes connections of its own: one that is killed takes none with it that another could have served.
  const shared = siblings !== undefined && process.platform === "linux" ? { reusePort: true } : {};
  const listen = () => app.listen({ port: config.PORT, host: config.HOST, ...shared });
  return { app, engine, readPool, jobPool, metrics, jobs, sequencer, webhooks, listen };
}
