import type { z } from "zod";
import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import type { BalanceReader } from "../ledger/read-balance.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import type { PoolSchema } from "./schemas.ts";
import { findPool } from "./store.ts";

export type PoolReads = ReadDeps & { balances: BalanceReader };

/**
 * A pool with the share of each member, as the clock has left it.
 * Errors: pool_not_found.
 */
export async function readPool(reads: PoolReads, program: ProgramContext, poolId: string): Promise<z.output<typeof PoolSchema>> {
  const pool = await inProgram(reads.pool, program.programId, (tx) => findPool(tx, program.programId, poolId));
  const { definition } = await reads.programs.current(program.programId);
  const spendable = definition.wallets.filter(({ kind }) => kind === "spendable").map(({ id }) => id);

  const members = await Promise.all(
    pool.members.map(async ({ memberId, maySpend, joinedAt }) => {
      const { wallets } = await reads.balances.read(program, memberId, { consistency: "strong" });
      const available = Object.fromEntries(spendable.map((id) => [id, wallets[id]?.available ?? 0]));
      return { memberId, maySpend, joinedAt: joinedAt.toISOString(), available };
    }),
  );
  const together = (id: string) => members.reduce((sum, { available }) => sum + (available[id] ?? 0), 0);
  return {
    id: pool.id,
    owner: pool.ownerId,
    createdAt: pool.createdAt.toISOString(),
    available: Object.fromEntries(spendable.map((id) => [id, together(id)])),
    members,
  };
}
