import type { BalanceCache } from "../cache/balance-cache.ts";
import { LoyaltyError } from "../core/errors.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { coalesceReads, type LoadBatch } from "../event-loop/coalesce-reads.ts";
import type { ProgramTime } from "../programs/program-time.ts";
import type { DatedBalance } from "./balance-from-lots.ts";
import { type BalanceRows, toDatedBalance } from "./balance-rows.ts";
import { programInForce, type ReadDeps } from "./read-deps.ts";
import { selectBalances } from "./select-balances.ts";
import { WrittenBalance } from "./written-balance.ts";

export type Consistency = "cached" | "strong";

/** Errors: member_not_found; overloaded when too many reads wait. */
export interface BalanceReader {
  read(program: ProgramContext, memberId: string, options: { consistency: Consistency }): WrittenBalance | Promise<WrittenBalance>;
}

/** `pool`: pipelined, of READ_POOL_SIZE connections, for these reads alone. */
/** `within`: a batch of reads begins in the request of any program. */
export type BalanceReaderDeps = ReadDeps & { cache: BalanceCache; within: ProgramTime["within"] };

const MEMBERS_PER_QUERY_MAX = 256;
const MEMBERS_WAITING_MAX = 10_000;

/** A defect of one member's rows must not fail the reads of others in its batch. */
function dateBalance(rows: BalanceRows | undefined, walletIds: ReadonlyMap<number, string>, now: number): DatedBalance | Error {
  if (rows === undefined) return new LoyaltyError("member_not_found");
  try {
    return toDatedBalance(rows, walletIds, now);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Balances from the cache, or fresh from Postgres: fresh ones of one event-loop tick and program share a query. */
export function createBalanceReader(deps: BalanceReaderDeps): BalanceReader {
  const { pool, cache, now } = deps;
  const loadNow: LoadBatch<DatedBalance> = async (programId, memberIds) => {
    const at = now();
    const [{ walletIds }, found] = await Promise.all([programInForce(deps, programId), selectBalances(pool, programId, memberIds, at)]);
    return new Map(memberIds.map((memberId) => [memberId, dateBalance(found.get(memberId), walletIds, at.getTime())]));
  };
  const load: LoadBatch<DatedBalance> = (programId, memberIds) => deps.within(programId, () => loadNow(programId, memberIds));
  const readStrong = coalesceReads(load, {
    inFlightMax: pool.options.max,
    batchMax: MEMBERS_PER_QUERY_MAX,
    waitingMax: MEMBERS_WAITING_MAX,
  });

  return {
    read({ programId }, memberId, { consistency }) {
      if (consistency === "strong") return readStrong(programId, memberId).then(({ balance }) => WrittenBalance.of(balance));
      return cache.read({ programId, memberId, now: now().getTime() }, () => readStrong(programId, memberId));
    },
  };
}
