import type { BalanceCache } from "../cache/balance-cache.ts";
import { LoyaltyError } from "../core/errors.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { coalesceReads, type LoadBatch } from "../event-loop/coalesce-reads.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { ProgramTime } from "../programs/program-time.ts";
import { type BalanceRows, firstAccount, toDatedBalance } from "./balance-rows.ts";
import type { KeptBalance, KeptBalances } from "./kept-balances.ts";
import { programInForce, type ReadDeps } from "./read-deps.ts";
import { selectBalances } from "./select-balances.ts";
import type { Instant } from "./state.ts";
import { type ReadBalance, WrittenBalance } from "./written-balance.ts";

export type Consistency = "cached" | "strong";

/** Errors: member_not_found; overloaded when too many reads wait. */
export interface BalanceReader {
  read(program: ProgramContext, memberId: string, options: { consistency: Consistency }): WrittenBalance | Promise<WrittenBalance>;
}

/**
 * `pool`: pipelined, of READ_POOL_SIZE connections, for these reads alone. `within`: a batch of reads begins in the request of any program.
 * `asked` is told after each batch how many balances were as the process had answered them, and how many were read anew or are nobody's.
 */
export type BalanceReaderDeps = ReadDeps & {
  cache: BalanceCache;
  kept: KeptBalances;
  within: ProgramTime["within"];
  asked(balances: { unchanged: number; anew: number }): void;
};

const MEMBERS_PER_QUERY_MAX = 256;
const MEMBERS_WAITING_MAX = 10_000;

/** A defect of one member's rows must not fail the reads of others in its batch. */
function dateBalance(rows: BalanceRows | undefined, walletIds: ReadonlyMap<number, string>, now: number): ReadBalance | Error {
  if (rows === undefined) return new LoyaltyError("member_not_found");
  try {
    const { balance, nextChangeAt } = toDatedBalance(rows, walletIds, now);
    return { balance: WrittenBalance.of(balance), nextChangeAt };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Balances from the cache, or as Postgres has them: reads of one event-loop tick and program share a query. */
export function createBalanceReader(deps: BalanceReaderDeps): BalanceReader {
  const { pool, cache, kept, now } = deps;

  const loadNow: LoadBatch<ReadBalance> = async (programId, memberIds) => {
    const { program, walletIds } = await programInForce(deps, programId);
    const at = now();
    const instant = at.getTime();
    const known = new Map<string, KeptBalance>();
    for (const memberId of memberIds) {
      const found = kept.find(programId, memberId, { program, now: instant });
      if (found !== undefined) known.set(memberId, found);
    }
    const asked = { memberIds: memberIds.filter((memberId) => !known.has(memberId)), known, life: kept.life };
    const { found, unchanged, life } = await selectBalances(pool, programId, asked, at);
    deps.asked({ unchanged: unchanged.size, anew: memberIds.length - unchanged.size });

    const read = (memberId: string): ReadBalance | Error => {
      const standing = known.get(memberId);
      if (standing !== undefined && unchanged.has(memberId)) return { balance: standing.balance.at(instant), nextChangeAt: standing.until };
      const rows = found.get(memberId);
      const dated = dateBalance(rows, walletIds, instant);
      if (rows !== undefined && !(dated instanceof Error)) keep(programId, memberId, { rows, dated, program, from: instant, life });
      return dated;
    };
    return new Map(memberIds.map((memberId) => [memberId, read(memberId)]));
  };

  /** Not of an alias, nor of a member whom the clock has changed: the rows that say what they have now are not their account's alone. */
  function keep(programId: number, memberId: string, { rows, dated, life, ...when }: ReadRows): void {
    const first = firstAccount(rows.accounts);
    if (rows.changing !== undefined || first.id !== memberId) return;
    const mark = { memberKey: first.member_key, mark: Number(first.mark) };
    kept.keep(programId, memberId, life, { ...mark, ...when, until: dated.nextChangeAt, balance: dated.balance });
  }

  const load: LoadBatch<ReadBalance> = (programId, memberIds) => deps.within(programId, () => loadNow(programId, memberIds));
  const readStrong = coalesceReads(load, {
    inFlightMax: pool.options.max,
    batchMax: MEMBERS_PER_QUERY_MAX,
    waitingMax: MEMBERS_WAITING_MAX,
  });

  return {
    read({ programId }, memberId, { consistency }) {
      if (consistency === "strong") return readStrong(programId, memberId).then(({ balance }) => balance);
      return cache.read({ programId, memberId, now: now().getTime() }, () => readStrong(programId, memberId));
    },
  };
}

type ReadRows = { rows: BalanceRows; dated: ReadBalance; program: CompiledProgram; from: Instant; life: string };
