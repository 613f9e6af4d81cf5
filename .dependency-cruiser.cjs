/**
 * Imports run one way: core ← rules, programs and the other pure files ← stores ← engine ← routes ← app ← main.
 * What is pure (no I/O, no clock) is a matter of the file's name: see PURE.
 */
const DOMAIN = "^src/(ledger|tiers|members|member-days|member-events|orders|programs|rewards|segments|transfers|pools)/";
/** Files of a domain folder that may touch the database or HTTP; every other file there only decides. */
const DATA =
  "([a-z-]*store|views|registry|program-ids|program-events|program-time|publish|cancel|owners|change-segments|(read|select|coalesce)-[a-z-]+)\\.ts$";
const HTTP = "([a-z-]*routes|[a-z-]*schemas?|to-command)\\.ts$";
const PURE = ["^src/(core|rules)/", `${DOMAIN}(?!${DATA}|${HTTP})`];
const ROUTES = `^src/(campaigns|drafts|ledger|tiers|members|member-events|orders|programs|rewards|segments|transfers|pools|imports|keys|test-clock)/${HTTP}`;
const PROCESS = "^src/(app|describe-api|service|main|worker|ingest|run-[a-z]+|cli)\\.[jt]s$";

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-cycle", comment: "A cycle has no order to read it in.", severity: "error", from: {}, to: { circular: true } },
    {
      name: "core-stands-alone",
      comment: "core is what everything else is built on.",
      severity: "error",
      from: { path: "^src/core/" },
      to: { path: "^src/", pathNot: "^src/core/" },
    },
    {
      name: "rules-are-pure",
      comment: "Rules know core, each other and what a program's definition is.",
      severity: "error",
      from: { path: "^src/rules/" },
      to: {
        path: "^src/",
        pathNot: ["^src/(core|rules)/", "^src/programs/(definition|rule-definition|tier-definition|wallet-definition)\\.ts$"],
      },
    },
    {
      name: "pure-files-import-pure-files",
      comment: "A file that decides gets its data as arguments: no store, table, route, engine, cache, HTTP or database.",
      severity: "error",
      from: { path: PURE },
      to: { path: ["^src/(engine|http|cache|db|cli|verify)/", "^src/[^/]+\\.ts$", `${DOMAIN}${DATA}`, ROUTES] },
    },
    {
      name: "no-io-in-pure-files",
      comment: "A decision must be callable with plain values in a test.",
      severity: "error",
      from: { path: PURE },
      to: {
        path: [
          "^(node:)?(fs|net|tls|http|https|http2|dgram|dns|child_process|worker_threads|os|timers|process|readline)(/|$)",
          "node_modules/(pg|ioredis|fastify|pino|undici|@fastify)(/|$)",
        ],
      },
    },
    {
      name: "data-below-engine",
      comment: "Stores do not know who calls them.",
      severity: "error",
      from: { path: `${DOMAIN}store\\.ts$` },
      to: { path: ["^src/engine/(?!commands\\.ts$)", "^src/http/", PROCESS, ROUTES] },
    },
    {
      name: "engine-below-routes",
      comment: "The write path knows no HTTP.",
      severity: "error",
      from: { path: "^src/engine/" },
      to: { path: ["^src/http/", "^src/(cli|verify)/", PROCESS, ROUTES] },
    },
    {
      name: "db-and-cache-below-engine",
      comment: "Infrastructure knows no command and no route.",
      severity: "error",
      from: { path: "^src/(db|cache)/" },
      to: { path: ["^src/(engine|http|cli|verify)/", PROCESS, ROUTES] },
    },
    {
      name: "routes-below-app",
      comment: "Only the app knows all routes.",
      severity: "error",
      from: { path: ["^src/http/", ROUTES] },
      to: { path: PROCESS },
    },
    {
      name: "app-below-main",
      comment: "Nothing imports the process itself.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(main|worker|ingest|run-[a-z]+|service|cli)\\.[jt]s$|^src/cli/" },
      to: { path: "^src/(main|worker|ingest|run-[a-z]+|service|cli)\\.[jt]s$" },
    },
    {
      name: "no-test-code-in-product",
      comment: "What ships does not need what tests need.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: ["^(test|bench|examples)/"], dependencyTypesNot: ["npm"] },
    },
    {
      name: "no-dev-dependency-in-product",
      comment: "An installation without development dependencies must run.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "node_modules/@types/" },
    },
    {
      name: "resolvable",
      comment: "Every import exists.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^fastify/types/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".js", ".json"],
    },
  },
};
