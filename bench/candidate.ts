import { randomBytes } from "node:crypto";
import { HERE, runLoyalty, type Server, startService } from "./child-process.ts";
import { fillDatabase, type Place } from "./data/fill.ts";
import { applyProgram, call } from "./program.ts";
import type { Stack } from "./stack.ts";

const SCOPES = ["members:read", "members:write", "orders:write", "rewards:write"];

/** Where a service keeps copies of balances. */
export type Cache = "process" | "redis" | "nowhere";

export type CandidateOptions = {
  /** Of its database. */
  name: string;
  program: { id: string };
  /** Members with a history; none without it. */
  members?: number;
  /** The checkout that it runs from. */
  root?: string;
};

/** A revision of the service, with a database of its own on the common Postgres. */
export class Candidate {
  readonly #stack: Stack;
  readonly #place: Place;
  readonly #redisUrl: string | undefined;
  readonly #services = new Map<Cache, Promise<Server>>();
  readonly name: string;
  readonly program: string;
  readonly members: number;
  readonly headers: Record<string, string>;

  private constructor(
    stack: Stack,
    place: Place,
    { name, program, members }: { name: string; program: { id: string }; members: number },
    headers: Record<string, string>,
  ) {
    this.#stack = stack;
    this.#place = place;
    this.#redisUrl = stack.redis?.newUrl();
    this.name = name;
    this.program = program.id;
    this.members = members;
    this.headers = headers;
  }

  static async create(stack: Stack, { name, program, members = 0, root = HERE }: CandidateOptions): Promise<Candidate> {
    const databaseUrl = await stack.postgres.createDatabase(name);
    const rootKey = randomBytes(24).toString("base64url");
    const env = { DATABASE_URL: databaseUrl, DATA_DIR: stack.postgres.folder, PORT: "0", LOG_LEVEL: "warn", LOYALTY_ROOT_KEY: rootKey };
    const place: Place = { root, databaseUrl, env, rootKey };
    if (members > 0) {
      stack.tell(`${name}: ${members} members with what they have behind them`);
      const { headers } = await fillDatabase(place, program, members, SCOPES);
      stack.tell(`${name}: filled`);
      return new Candidate(stack, place, { name, program, members }, headers);
    }
    const server = await startService({ ...env, JOBS_INTERVAL_SECONDS: "0" }, root);
    try {
      return new Candidate(stack, place, { name, program, members }, await applyProgram(server.url, rootKey, program, SCOPES));
    } finally {
      await server.stop();
    }
  }

  get databaseUrl(): string {
    return this.#place.databaseUrl;
  }

  /** Started when it is first asked for, as `npm start` does. */
  service(cache: Cache): Promise<Server> {
    const known = this.#services.get(cache);
    if (known !== undefined) return known;
    const started = this.start(cache).then((server) => {
      this.#stack.meter.watch("service", server.pid);
      return this.#stack.closings.opened(server);
    });
    this.#services.set(cache, started);
    return started;
  }

  /** The one that a shop of some size runs. */
  usual(): Promise<Server> {
    return this.service(this.#stack.redis === undefined ? "process" : "redis");
  }

  /** Another one, which the caller stops. */
  start(cache: Cache): Promise<Server> {
    const { env, root } = this.#place;
    if (cache === "process") return startService(env, root);
    if (cache === "nowhere") return startService({ ...env, BALANCE_CACHE_SIZE: "0" }, root);
    if (this.#redisUrl === undefined) throw new Error("there is no Redis");
    return startService({ ...env, REDIS_URL: this.#redisUrl }, root);
  }

  async stopServices(): Promise<void> {
    for (const started of this.#services.values()) await (await started).stop();
    this.#services.clear();
  }

  async post(path: string, body: object): Promise<unknown> {
    return call(`${(await this.usual()).url}${path}`, "POST", this.headers, body);
  }

  /** What the program's own `verify` finds in its ledger. */
  async verify(): Promise<{ isExact: boolean; output: string }> {
    const { code, output } = await runLoyalty(["verify", "--program", this.program, "--database", this.databaseUrl], this.#place.root);
    return { isExact: code === 0, output };
  }
}
