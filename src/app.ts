import type { FastifyInstance } from "fastify";
import type pg from "pg";
import type { Logger } from "pino";
import { adjustmentProposalRoutes } from "./adjustments/proposal-routes.ts";
import { adjustmentRoutes } from "./adjustments/routes.ts";
import { auditRoutes } from "./audit/routes.ts";
import { bulkGrantRoutes } from "./bulk-grants/routes.ts";
import { campaignRoutes } from "./campaigns/routes.ts";
import type { Clock } from "./core/clock.ts";
import { couponBatchCodeRoutes } from "./coupon-batches/code-routes.ts";
import { couponBatchRoutes } from "./coupon-batches/routes.ts";
import { couponCodeRoutes } from "./coupons/code-routes.ts";
import { couponRoutes } from "./coupons/routes.ts";
import { readAsOf } from "./db/replica.ts";
import { draftRoutes } from "./drafts/routes.ts";
import type { Engine } from "./engine/commands.ts";
import type { Quotes } from "./engine/quotes.ts";
import { erasureRoutes } from "./erasures/routes.ts";
import type { FeedSignal } from "./events/feed-signal.ts";
import { feedRoutes } from "./events/routes.ts";
import { holdRoutes } from "./holds/routes.ts";
import { keepAuditOrigins } from "./http/audit-origins.ts";
import { auth } from "./http/auth.ts";
import { refuseWhileClosing } from "./http/closing.ts";
import { dateReports } from "./http/date-reports.ts";
import { docs } from "./http/docs.ts";
import { healthRoutes, type ReadinessCheck } from "./http/health.ts";
import { takeJsonBodies } from "./http/json-body.ts";
import { type Metrics, metricsRoutes } from "./http/metrics.ts";
import { openapiRoute } from "./http/openapi-route.ts";
import { refuseWhenOverloaded } from "./http/pressure.ts";
import { problems } from "./http/problems.ts";
import { keepProgramTime } from "./http/program-time.ts";
import { answerRequestIds } from "./http/request-id.ts";
import { logRequests } from "./http/request-log.ts";
import { routesInto } from "./http/routes-into.ts";
import { answerSafeHeaders } from "./http/safe-headers.ts";
import { createServer } from "./http/server.ts";
import { cutSlowBodies } from "./http/slow-requests.ts";
import { importRoutes } from "./imports/routes.ts";
import type { JobRunner } from "./jobs/runner.ts";
import type { KeyCounts } from "./keys/limits/key-limits.ts";
import { createKeyOwners } from "./keys/owners.ts";
import { keyRoutes } from "./keys/routes.ts";
import { createKeyUses } from "./keys/uses.ts";
import { balancesRoutes } from "./ledger/balances-routes.ts";
import { periodRoutes } from "./ledger/period-routes.ts";
import type { BalanceReader } from "./ledger/read-balance.ts";
import { ledgerRoutes } from "./ledger/routes.ts";
import { ledgerChainRoutes } from "./ledger-chain/routes.ts";
import { memberDataRoutes } from "./member-data/routes.ts";
import { eventRoutes } from "./member-events/routes.ts";
import { memberRoutes } from "./members/routes.ts";
import { mergeRoutes } from "./merges/routes.ts";
import { CodeGuard } from "./orders/code-guard.ts";
import { quoteRoutes } from "./orders/quote-routes.ts";
import { orderRoutes } from "./orders/routes.ts";
import { orderStepRoutes } from "./orders/step-routes.ts";
import type { People } from "./people/people.ts";
import { poolRoutes } from "./pools/routes.ts";
import { createProgramIds } from "./programs/program-ids.ts";
import type { ProgramTime } from "./programs/program-time.ts";
import type { ProgramRegistry } from "./programs/registry.ts";
import { programRoutes } from "./programs/routes.ts";
import { ruleSetRoutes } from "./programs/rule-set-routes.ts";
import { reversalRoutes } from "./reversals/routes.ts";
import { redemptionRoutes } from "./rewards/redemption-routes.ts";
import { rewardRoutes } from "./rewards/routes.ts";
import { storeCodeRoutes } from "./rewards/store-code-routes.ts";
import { createStoreCodes } from "./rewards/store-codes.ts";
import { segmentRoutes } from "./segments/routes.ts";
import { testClockRoutes } from "./test-clock/routes.ts";
import { tierChangeRoutes } from "./tiers/change-routes.ts";
import { tierRoutes } from "./tiers/routes.ts";
import { transferRoutes } from "./transfers/routes.ts";
import { verificationRoutes } from "./verify/routes.ts";
import { webhookDeliveryRoutes } from "./webhooks/delivery-routes.ts";
import { webhookRoutes } from "./webhooks/routes.ts";
import type { SecretBox } from "./webhooks/secrets.ts";
import type { SendMessage } from "./webhooks/send-message.ts";

/** All that the HTTP API stands on. The caller makes it, and closes it after the application. */
export type AppDeps = {
  rootKey: string;
  /** Whose X-Forwarded-* headers are believed. */
  trustProxy: boolean | number | string;
  requestTimeoutMs: number;
  log: Logger;
  /** For reads, keys and programs. */
  pool: pg.Pool;
  /** For reports where they are read from a replica. */
  replica?: pg.Pool | undefined;
  engine: Engine;
  quotes: Quotes;
  registry: ProgramRegistry;
  balances: BalanceReader;
  /** Most lines of one import that are worked on at once. */
  importWindow: number;
  clock: Clock;
  /** The time of the service, whatever is set in a program: of keys and of deliveries. */
  serviceClock: Clock;
  time: ProgramTime;
  jobs: Pick<JobRunner, "runFor">;
  feedSignal: FeedSignal;
  webhooks: { secrets: SecretBox; sendMessage: SendMessage; allowPrivate: boolean };
  keyCounts: KeyCounts;
  /** Reads the tokens of people; absent where none are taken. */
  people?: People | undefined;
  metrics: Metrics;
  /** The text of all metrics where they are more than this process's. */
  readMetrics?: (() => Promise<string>) | undefined;
  readiness: readonly ReadinessCheck[];
  /** False: only health and metrics, for a process that works without requests. */
  hasApi?: boolean;
  /** Fail where an answer is not as documented: for tests. */
  checkAnswers?: boolean;
  /** Run before any route is added, to see all of them. */
  beforeRoutes?: (app: FastifyInstance) => Promise<void>;
};

/** The application with every plugin and route, ready to listen or to inject requests into. */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const { pool, metrics, requestTimeoutMs } = deps;
  const app = createServer({ log: deps.log, trustProxy: deps.trustProxy, requestTimeoutMs, checkAnswers: deps.checkAnswers ?? false });

  cutSlowBodies(app, { limitMs: requestTimeoutMs });
  takeJsonBodies(app);
  answerRequestIds(app);
  logRequests(app);
  answerSafeHeaders(app);
  await app.register(problems);
  await deps.beforeRoutes?.(app);
  await routesInto(app)(openapiRoute, {});
  await app.register(metricsRoutes, { metrics, read: deps.readMetrics ?? (() => metrics.registry.metrics()) });
  const isClosing = refuseWhileClosing(app);
  await refuseWhenOverloaded(app);
  const uses = createKeyUses({ pool, clock: deps.serviceClock, log: deps.log });
  app.addHook("onClose", () => uses.flush());
  const findProgram = createProgramIds(pool);
  const { rootKey, people, keyCounts: counts, serviceClock } = deps;
  await app.register(auth, { rootKey, owners: createKeyOwners(pool), uses, counts, people, clock: serviceClock, findProgram });
  keepProgramTime(app, deps.time);
  keepAuditOrigins(app);

  await routesInto(app)(healthRoutes, { checks: deps.readiness, isClosing });
  if (deps.hasApi !== false) await registerApi(app, deps);

  await app.ready();
  return app;
}

async function registerApi(app: FastifyInstance, deps: AppDeps): Promise<void> {
  const { pool, replica, engine, registry, clock } = deps;
  const add = routesInto(app);
  const reads = { pool, programs: registry, now: clock };
  const reportPool = replica ?? pool;
  if (replica !== undefined) dateReports(app, () => readAsOf(replica));
  await add(docs, {});
  await add(programRoutes, { pool, registry, clock });
  await add(ruleSetRoutes, { pool, registry, clock });
  await add(campaignRoutes, { pool: reportPool, registry, clock });
  await add(draftRoutes, { pool, registry, clock });
  await add(testClockRoutes, { pool, clock, registry, time: deps.time, jobs: deps.jobs });
  await add(keyRoutes, { pool, clock: deps.serviceClock });
  await add(memberRoutes, { engine, reads: { ...reads, balances: deps.balances } });
  await add(segmentRoutes, { pool, clock });
  const codeGuard = new CodeGuard();
  await add(quoteRoutes, { engine, quotes: deps.quotes, codeGuard, now: clock });
  await add(orderRoutes, { engine, reads, codeGuard });
  await add(orderStepRoutes, { engine });
  await add(eventRoutes, { engine, reads });
  await add(feedRoutes, { pool, signal: deps.feedSignal });
  await add(importRoutes, { engine, pool, window: deps.importWindow });
  await add(balancesRoutes, { balances: deps.balances });
  await add(ledgerRoutes, { balances: deps.balances, reads });
  await add(ledgerChainRoutes, { pool });
  await add(rewardRoutes, { reads: { ...reads, balances: deps.balances } });
  await add(periodRoutes, { reads, reports: { ...reads, pool: reportPool } });
  await add(couponRoutes, { engine, reads });
  await add(couponCodeRoutes, { reads });
  await add(couponBatchRoutes, { reads });
  await add(couponBatchCodeRoutes, { reads });
  await add(transferRoutes, { engine, pool });
  await add(adjustmentRoutes, { engine });
  await add(adjustmentProposalRoutes, { engine, reads });
  await add(reversalRoutes, { engine });
  await add(bulkGrantRoutes, { reads });
  await add(erasureRoutes, { engine });
  await add(memberDataRoutes, { pool });
  await add(mergeRoutes, { engine, reads });
  await add(poolRoutes, { engine, reads: { ...reads, balances: deps.balances } });
  const codes = createStoreCodes(deps.rootKey);
  await add(redemptionRoutes, { engine, reads, codes });
  await add(storeCodeRoutes, { engine, reads, codes });
  await add(holdRoutes, { engine, reads });
  await add(tierRoutes, { reads });
  await add(tierChangeRoutes, { engine });
  await add(auditRoutes, { pool: reportPool });
  await add(verificationRoutes, { pool });
  const { sendMessage, ...changing } = deps.webhooks;
  await add(webhookRoutes, { changes: { pool, ...changing }, clock: deps.serviceClock });
  await add(webhookDeliveryRoutes, { changes: { pool, ...changing }, sendMessage, clock: deps.serviceClock });
}
