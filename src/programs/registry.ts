import { LRUCache } from "lru-cache";
import type pg from "pg";
import type { Clock } from "../core/clock.ts";
import { LoyaltyError } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import { compileProgram } from "./compile.ts";
import type { CompiledProgram } from "./compiled.ts";
import type { WalletNumbers } from "./decide-context.ts";
import { readTimeline, selectRuleSet, selectWallets, type WalletRow } from "./store.ts";
import { type Timeline, versionAt } from "./timeline.ts";

/** Compiled rule sets and wallet numbers, made once and shared by all requests. */
export interface ProgramRegistry {
  /**
   * The version in force by the clock. A scheduled one is so from its instant on; what another process has published or
   * cancelled is known within a second.
   * Errors: program_not_found before the first version.
   */
  current(programId: number): Promise<CompiledProgram>;
  /** Any version. Errors: rule_set_not_found. */
  at(programId: number, version: number): Promise<CompiledProgram>;
  /** Something was published or cancelled: which version is in force is read again. */
  changed(programId: number): void;
  /** All wallets of the newest version that was given so far, and of those before it. Errors: as `current`. */
  walletNumbers(programId: number): Promise<WalletNumbers>;
}

const TIMELINE_TTL_MS = 1_000;
const PROGRAMS_MAX = 10_000;
const COMPILED_MAX = 500;

/** A rule set and the wallets there were when it was loaded; it came with its own, in one transaction. */
type Loaded = { version: number; program: CompiledProgram; numbers: WalletNumbers };

const numbersOf = (rows: readonly WalletRow[]): WalletNumbers => ({
  byId: new Map(rows.map(({ id, wallet }) => [id, wallet])),
  byNumber: new Map(rows.map(({ id, wallet }) => [wallet, id])),
});

function load(pool: pg.Pool, programId: number, version: number): Promise<Loaded | undefined> {
  return inProgram(pool, programId, async (tx) => {
    const ruleSet = await selectRuleSet(tx, programId, version);
    if (!ruleSet) return undefined;
    const numbers = numbersOf(await selectWallets(tx, programId));
    return { version, program: compileProgram(ruleSet.definition, version), numbers };
  });
}

/** A registry over the tables; loads of one version share one flight. */
export function createProgramRegistry(pool: pg.Pool, now: Clock): ProgramRegistry {
  const timelines = new LRUCache<number, Timeline>({
    max: PROGRAMS_MAX,
    ttl: TIMELINE_TTL_MS,
    // A load that was overtaken by a change still answers who waits for it, and is not kept.
    ignoreFetchAbort: true,
    fetchMethod: (programId) => readTimeline(pool, programId),
  });
  const loaded = new LRUCache<string, Loaded, { programId: number; version: number }>({
    max: COMPILED_MAX,
    fetchMethod: (_key, _stale, { context }) => load(pool, context.programId, context.version),
  });
  const newest = new LRUCache<number, Loaded>({ max: PROGRAMS_MAX });

  async function at(programId: number, version: number): Promise<CompiledProgram> {
    const key = `${programId}:${version}`;
    const found = loaded.get(key) ?? (await loaded.fetch(key, { context: { programId, version } }));
    if (!found) throw new LoyaltyError("rule_set_not_found", { version });
    if ((newest.get(programId)?.version ?? 0) < version) newest.set(programId, found);
    return found.program;
  }

  async function current(programId: number): Promise<CompiledProgram> {
    const timeline = timelines.get(programId) ?? (await timelines.fetch(programId));
    const version = timeline === undefined ? null : versionAt(timeline, now());
    if (version === null) throw new LoyaltyError("program_not_found");
    return at(programId, version);
  }

  return {
    at,
    current,
    changed: (programId) => {
      timelines.delete(programId);
    },
    async walletNumbers(programId) {
      if (!newest.has(programId)) await current(programId);
      return newest.get(programId)?.numbers ?? numbersOf([]);
    },
  };
}
