import { LRUCache } from "lru-cache";
import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import { compileProgram } from "./compile.ts";
import type { CompiledProgram } from "./compiled.ts";
import type { WalletNumbers } from "./decide-context.ts";
import { selectRuleSet, selectWallets, versionInForce, type WalletRow } from "./store.ts";

/** Compiled rule sets and wallet numbers, made once and shared by all requests. */
export interface ProgramRegistry {
  /**
   * The version in force, known for at most a second after another process has published a newer one.
   * Errors: program_not_found before the first version.
   */
  current(programId: number): Promise<CompiledProgram>;
  /** Any version; a newer one than `current` knew is current from then on. Errors: rule_set_not_found. */
  at(programId: number, version: number): Promise<CompiledProgram>;
  /** All wallets of the newest version that was given so far, and of those before it. Errors: as `current`. */
  walletNumbers(programId: number): Promise<WalletNumbers>;
}

const CURRENT_TTL_MS = 1_000;
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
    const [ruleSet] = await selectRuleSet(tx, programId, version);
    if (!ruleSet) return undefined;
    const numbers = numbersOf(await selectWallets(tx, programId));
    return { version, program: compileProgram(ruleSet.definition, version), numbers };
  });
}

/** A registry over the tables; loads of one version share one flight. */
export function createProgramRegistry(pool: pg.Pool): ProgramRegistry {
  const versions = new LRUCache<number, number>({
    max: PROGRAMS_MAX,
    ttl: CURRENT_TTL_MS,
    fetchMethod: async (programId) => (await versionInForce(pool, programId)) ?? undefined,
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
    const version = versions.get(programId) ?? (await versions.fetch(programId));
    if (version === undefined) throw new LoyaltyError("program_not_found");
    return at(programId, Math.max(version, newest.get(programId)?.version ?? 0));
  }

  return {
    at,
    current,
    async walletNumbers(programId) {
      if (!newest.has(programId)) await current(programId);
      return newest.get(programId)?.numbers ?? numbersOf([]);
    },
  };
}
