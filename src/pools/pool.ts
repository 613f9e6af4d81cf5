import type { Instant } from "../ledger/state.ts";

/** A household whose members may draw on each other's points, in the order in which they joined. The owner is one of them. */
export type Pool = { id: string; ownerId: string; members: readonly PoolMember[] };

export type PoolMember = { memberId: string; maySpend: boolean };

/** A change of who is in a pool: rows of `pools` and `pool_members`. `maySpend` counts where somebody is put in. */
export type PoolChangeRow = { poolId: string; action: "create" | "put" | "leave" | "close"; maySpend: boolean; at: Instant };

/** The ids of those whose points a member of the pool may draw on; nobody where the member may not. */
export function matesOf(pool: Pool | null, memberId: string): string[] {
  if (pool === null || !pool.members.some((member) => member.memberId === memberId && member.maySpend)) return [];
  return pool.members.flatMap((member) => (member.memberId === memberId ? [] : [member.memberId]));
}
