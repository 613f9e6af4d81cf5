import type pg from "pg";
import { lookUp, lookUpMember } from "../../db/look-ups.ts";
import type { Pool } from "../../pools/pool.ts";

export type PoolRow = { member_key: number; pool_id: string; owner_id: string; mate_id: string; may_spend: boolean };

/** The pools that members are in, with all of their members: read after the lock, so that a change that it has waited for is seen. */
export const selectPools = (programId: number, memberIds: string[]): pg.QueryConfig => ({
  name: "load_pools",
  text: `select m.member_key, p.pool_id, o.id as owner_id, x.id as mate_id, pm.may_spend
           from unnest($2::text[]) u (id)
           ${lookUpMember("id")}
           ${lookUp("pool_members", "own", "member_key = m.member_key")}
           ${lookUp("pools", "p", "pool_id = own.pool_id")}
           ${lookUp("members", "o", "member_key = p.owner_key")}
           ${lookUp("pool_members", "pm", "pool_id = own.pool_id")}
           ${lookUp("members", "x", "member_key = pm.member_key")}
          order by pm.joined_at, pm.member_key`,
  values: [programId, memberIds],
});

/** The pool of each of these members, by the member's key. */
export function toPools(rows: readonly PoolRow[]): Map<number, Pool> {
  const pools = new Map<number, Pool>();
  for (const row of rows) {
    const members = pools.get(row.member_key)?.members ?? [];
    const mate = { memberId: row.mate_id, maySpend: row.may_spend };
    pools.set(row.member_key, { id: row.pool_id, ownerId: row.owner_id, members: [...members, mate] });
  }
  return pools;
}
