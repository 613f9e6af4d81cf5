import { z } from "zod";
import { isTrustworthy } from "./core/trustworthy-url.ts";

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** A whole number written in decimal digits; the environment has only texts. */
const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, "must be a whole number")
    .transform(Number)
    .pipe(z.int().min(min, `must be ${min} or more`).max(max, `must be ${max} or less`));

const trueOrFalse = z.enum(["true", "false"], { error: "must be true or false" }).transform((text) => text === "true");

const urlOf = (...protocols: string[]) =>
  z.string().refine((text) => protocols.includes(URL.parse(text)?.protocol ?? ""), {
    error: `must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
  });
const postgresUrl = urlOf("postgres:", "postgresql:");

/** `false`, `true`, a number of proxies, or a list of addresses: what Fastify's `trustProxy` takes. */
const TrustProxy = z
  .string()
  .regex(/^(?:true|false|\d{1,2}|[0-9a-fA-F.:/]+(?:,[0-9a-fA-F.:/]+)*)$/, "must be true, false, a number of proxies or a list of addresses")
  .transform((text): boolean | number | string => {
    if (text === "true" || text === "false") return text === "true";
    return /^\d+$/.test(text) ? Number(text) : text;
  });

/** Every setting of the service: its name in the environment, what it takes, its default and what it is for. */
export const Settings = z.object({
  PORT: wholeNumber(0, 65_535).prefault("3000").describe("Port of the HTTP API; 0 takes a free one"),
  HOST: z.string().min(1).default("127.0.0.1").describe("Address to listen on; 0.0.0.0 is every address"),
  WEB_CONCURRENCY: wholeNumber(1, 64)
    .prefault("1")
    .describe("Processes that serve on the port; more than one cache balances in Redis or not at all"),
  TRUST_PROXY: TrustProxy.prefault("false").describe(
    "Whose X-Forwarded-* headers are believed: true, false, a number of proxies, addresses",
  ),
  DATA_DIR: z.string().min(1).default(".data").describe("Folder of the embedded Postgres and of the root key"),
  DATABASE_URL: postgresUrl.optional().describe("Postgres 15 to 18; without it an embedded one is kept in DATA_DIR"),
  MIGRATION_DATABASE_URL: postgresUrl
    .optional()
    .describe("The same database as its owner, for migrations; without it DATABASE_URL is used"),
  REPORT_DATABASE_URL: postgresUrl
    .optional()
    .describe("A read replica of DATABASE_URL for reports, which may be late; without it they are read from DATABASE_URL"),
  POSTGRES_BIN_DIR: z.string().min(1).optional().describe("Folder with the programs initdb and postgres for the embedded Postgres"),
  WAL_ARCHIVE_DIR: z
    .string()
    .min(1)
    .optional()
    .describe("Folder where the embedded Postgres keeps its log for good, to restore a backup to any moment; on another disk"),
  REDIS_URL: urlOf("redis:", "rediss:")
    .optional()
    .describe("Redis or Valkey for cached balances; without it they are cached in the process"),
  REDIS_CLUSTER: trueOrFalse.prefault("false").describe("Whether REDIS_URL is one node of a Redis Cluster, which names the others"),
  NATS_URL: urlOf("nats:", "tls:").optional().describe("NATS with JetStream, from which `npm run ingest` reads lines; services need none"),
  NATS_STREAM: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, "must be 1 to 64 letters, digits, - and _")
    .default("loyalty")
    .describe("Stream of the lines, which begins their subjects: <stream>.lines.<program>"),
  NATS_ACK_WAIT_SECONDS: wholeNumber(1, 3_600)
    .prefault("30")
    .describe("Seconds after which lines that a reader took and never answered are given out again"),
  LOYALTY_ROOT_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{24,200}$/, "must have 24 to 200 visible characters")
    .optional()
    .describe("Key of the operator; without it one is made once and kept in DATA_DIR/root-key"),
  OIDC_ISSUER: z
    .url()
    .refine(isTrustworthy, "must be https")
    .optional()
    .describe("Issuer whose bearer tokens people of operations may use instead of an API key; without it nobody does"),
  OIDC_AUDIENCE: z.string().min(1).optional().describe("What tokens must be made for; goes with OIDC_ISSUER"),
  OIDC_SCOPES_CLAIM: z.string().min(1).default("scope").describe("Claim with the scopes: a list, or words with spaces between them"),
  OIDC_PROGRAM_CLAIM: z
    .string()
    .min(1)
    .default("loyalty_programs")
    .describe("Claim with the ids of the programs that a person may reach, written like the scopes"),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(", ")}` })
    .default("info")
    .describe(`Least severe line that is logged: ${LOG_LEVELS.join(", ")}`),
  WRITE_POOL_SIZE: wholeNumber(1, 20).prefault("2").describe("Database connections for writes, each commits one batch at a time"),
  READ_POOL_SIZE: wholeNumber(1, 50).prefault("2").describe("Database connections for reads"),
  MAX_BATCH: wholeNumber(1, 1_000).prefault("128").describe("Most commands that one transaction takes"),
  MAX_QUEUE: wholeNumber(1, 1_000_000).prefault("4096").describe("Most commands that wait; one more is answered 503"),
  IMPORT_WINDOW: wholeNumber(1, 10_000).prefault("512").describe("Most lines of one import that are worked on at once"),
  STATEMENT_TIMEOUT_MS: wholeNumber(100, 600_000).prefault("15000").describe("Milliseconds after which a statement is given up"),
  LOCK_TIMEOUT_MS: wholeNumber(10, 600_000).prefault("5000").describe("Milliseconds after which waiting for a lock is given up"),
  REQUEST_TIMEOUT_SECONDS: wholeNumber(1, 3_600)
    .prefault("30")
    .describe("Seconds in which the head of a request and a JSON body arrive, and for which an upload may be silent"),
  BALANCE_NEAR_CACHE: trueOrFalse
    .prefault("false")
    .describe("Whether each process keeps balances itself before Redis and hears of the others' writes; for processes with REDIS_URL"),
  BALANCE_CACHE_SIZE: wholeNumber(0, 10_000_000)
    .prefault("100000")
    .describe("Most balances that the process caches, and most answers of strong reads that it keeps"),
  BALANCE_CACHE_TTL_SECONDS: wholeNumber(1, 60).prefault("60").describe("Seconds for which a cached balance may be stale at worst"),
  REDIS_TIMEOUT_MS: wholeNumber(1, 10_000)
    .prefault("20")
    .describe("Milliseconds after which Redis is not waited for and Postgres is asked"),
  JOBS_INTERVAL_SECONDS: wholeNumber(0, 86_400)
    .prefault("60")
    .describe("Seconds between two rounds of what the clock makes due; 0 is never"),
  EVENTS_INTERVAL_MS: wholeNumber(0, 60_000).prefault("1000").describe("Milliseconds between two looks for events to number; 0 is never"),
  WEBHOOK_SECRET_KEY: z
    .string()
    .regex(/^[\x21-\x7e]{24,200}$/, "must have 24 to 200 visible characters")
    .optional()
    .describe("Encrypts the secrets of webhooks; without it the root key does, and a worker delivers none"),
  WEBHOOK_DELIVERIES_DAYS: wholeNumber(1, 3_650)
    .prefault("30")
    .describe("Days for which it is kept that an event reached a webhook at a later attempt"),
  WEBHOOK_ALLOW_PRIVATE: trueOrFalse.prefault("false").describe("Whether webhooks may use http and private addresses: for development"),
  SHUTDOWN_GRACE_SECONDS: wholeNumber(1, 600).prefault("15").describe("Seconds that a stopping service takes at most to finish its work"),
});
export type Config = z.infer<typeof Settings>;

/** Settings of which each is good, and that cannot be together. */
const CONTRADICTIONS: readonly [isIn: (config: Config) => boolean, why: string][] = [
  [(config) => (config.OIDC_ISSUER === undefined) !== (config.OIDC_AUDIENCE === undefined), "OIDC_ISSUER and OIDC_AUDIENCE go together"],
  [(config) => config.REDIS_CLUSTER && config.REDIS_URL === undefined, "REDIS_CLUSTER goes with REDIS_URL"],
  [
    (config) => config.BALANCE_NEAR_CACHE && config.REDIS_URL === undefined,
    "BALANCE_NEAR_CACHE goes with REDIS_URL: without it balances are kept in the process anyway",
  ],
  [(config) => config.BALANCE_NEAR_CACHE && config.BALANCE_CACHE_SIZE === 0, "BALANCE_NEAR_CACHE keeps nothing with BALANCE_CACHE_SIZE=0"],
  [
    (config) => config.BALANCE_NEAR_CACHE && config.REDIS_CLUSTER,
    "BALANCE_NEAR_CACHE needs one Redis: over the nodes of a cluster changes are not heard in their order",
  ],
];

/** Read by the command-line client, so they may stand in the same environment. */
const CLIENT_SETTINGS = ["LOYALTY_URL", "LOYALTY_KEY"];

/** A setting that cannot be used. The message is one line for the operator and names the variable. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * Reads the settings from an environment. An empty text counts as not set.
 * Errors: ConfigError that names the variable, also for an unknown `LOYALTY_…` variable, which is most likely a typing error.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const unknown = Object.keys(given).find(
    (name) => name.startsWith("LOYALTY_") && !(name in Settings.shape) && !CLIENT_SETTINGS.includes(name),
  );
  if (unknown !== undefined) throw new ConfigError(`${unknown} is not a setting of this service (see .env.example)`);

  const parsed = Settings.safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("; "));
  const contradiction = CONTRADICTIONS.find(([isIn]) => isIn(parsed.data));
  if (contradiction !== undefined) throw new ConfigError(contradiction[1]);
  return parsed.data;
}
