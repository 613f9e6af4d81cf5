import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import type { Pool } from "./pool.ts";

type Row = { owner_id: string; created_at: Date; member_id: string; may_spend: boolean; joined_at: Date };

export type StoredPool = {
  id: string;
  ownerId: string;
  createdAt: Date;
  members: { memberId: string; maySpend: boolean; joinedAt: Date }[];
};

/** Errors: pool_not_found. */
export async function findPool(tx: pg.ClientBase, programId: number, poolId: string): Promise<StoredPool> {
  const { rows } = await tx.query<Row>({
    name: "find_pool",
    text: `select o.id as owner_id, p.created_at, m.id as member_id, pm.may_spend, pm.joined_at
             from pools p
             join members o on o.program_id = $1 and o.member_key = p.owner_key
             join pool_members pm on pm.program_id = $1 and pm.pool_id = p.pool_id
             join members m on m.program_id = $1 and m.member_key = pm.member_key
            where p.program_id = $1 and p.pool_id = $2
            order by pm.joined_at, pm.member_key`,
    values: [programId, poolId],
  });
  const [first] = rows;
  if (first === undefined) throw new LoyaltyError("pool_not_found", { poolId });
  const members = rows.map((row) => ({ memberId: row.member_id, maySpend: row.may_spend, joinedAt: row.joined_at }));
  return { id: poolId, ownerId: first.owner_id, createdAt: first.created_at, members };
}

/** The pool that a member is in; null without one. */
export async function findPoolOf(tx: pg.ClientBase, programId: number, memberId: string): Promise<Pool | null> {
  const { rows } = await tx.query<{ pool_id: string }>({
    name: "find_pool_of_member",
    text: `select pm.pool_id from members m join pool_members pm on pm.program_id = $1 and pm.member_key = m.member_key
            where m.program_id = $1 and m.id = $2`,
    values: [programId, memberId],
  });
  const [row] = rows;
  return row === undefined ? null : findPool(tx, programId, row.pool_id);
}
