import { LoyaltyError } from "../core/errors.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { requireActive } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { OtherMembers } from "../members/other-members.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { CreatePool, LeavePool, PoolMembershipView, PutPoolMember } from "./commands.ts";
import type { Pool } from "./pool.ts";

const refuse = (poolId: string, memberId: string, reason: string, facts: Record<string, number> = {}): LoyaltyError =>
  new LoyaltyError("pool_conflict", { poolId, memberId, reason, ...facts });

/** Errors: member_not_found, member_not_active, pool_conflict (`not_offered`, `in_a_pool`). */
export function decideCreatePool(draft: MemberDraft, { poolId }: CreatePool, { program, now }: DecideContext): PoolMembershipView {
  requireActive(draft);
  if (program.definition.pools === undefined) throw refuse(poolId, draft.id, "not_offered");
  if (draft.pool !== null) throw refuse(poolId, draft.id, "in_a_pool");
  draft.rows.poolChanges.push({ poolId, action: "create", maySpend: true, at: now });
  draft.announce("pool.created", now, { poolId });
  const answer: PoolMembershipView = { poolId, memberId: draft.id, maySpend: true };
  draft.rows.commands.push({ kind: REQUEST_KINDS.pool, id: poolId, answer });
  return answer;
}

/** The pool as its owner, who is locked with the member, is in it. */
function poolOf(draft: MemberDraft, others: OtherMembers, poolId: string): Pool {
  const pools = [draft.pool, ...others.states().map(({ pool }) => pool)];
  const found = pools.find((pool) => pool?.id === poolId);
  if (found === undefined || found === null) throw new LoyaltyError("pool_not_found", { poolId });
  return found;
}

/**
 * Puts a member into a pool, or says anew whether they may spend; what is so already changes nothing.
 * Errors: pool_not_found; member_not_found, member_not_active; pool_conflict (`not_offered`, `in_a_pool`, `full`, `owner_spends`).
 */
export function decidePutPoolMember(
  draft: MemberDraft,
  others: OtherMembers,
  { poolId, maySpend }: PutPoolMember,
  { program, now }: DecideContext,
): PoolMembershipView {
  requireActive(draft);
  const pool = poolOf(draft, others, poolId);
  const { pools: terms } = program.definition;
  const answer: PoolMembershipView = { poolId, memberId: draft.id, maySpend };
  if (draft.pool !== null && draft.pool.id !== poolId) throw refuse(poolId, draft.id, "in_a_pool");
  if (draft.id === pool.ownerId && !maySpend) throw refuse(poolId, draft.id, "owner_spends");
  const present = pool.members.find(({ memberId }) => memberId === draft.id);
  if (present?.maySpend === maySpend) return answer;
  if (terms === undefined) throw refuse(poolId, draft.id, "not_offered");
  if (present === undefined && pool.members.length >= terms.maxMembers) {
    throw refuse(poolId, draft.id, "full", { maxMembers: terms.maxMembers });
  }
  draft.rows.poolChanges.push({ poolId, action: "put", maySpend, at: now });
  draft.announce(present === undefined ? "pool.joined" : "pool.changed", now, { poolId, maySpend });
  return answer;
}

/**
 * Takes a member out of a pool. What is theirs stays theirs: a pool has no points of its own.
 * Errors: pool_not_found (also when the member is not in it); pool_conflict (`owner_leaves_last`).
 */
export function decideLeavePool(draft: MemberDraft, { poolId }: LeavePool, { now }: DecideContext): PoolMembershipView {
  const { pool } = draft;
  if (pool?.id !== poolId) throw new LoyaltyError("pool_not_found", { poolId, memberId: draft.id });
  const isOwner = pool.ownerId === draft.id;
  if (isOwner && pool.members.length > 1) throw refuse(poolId, draft.id, "owner_leaves_last", { members: pool.members.length });
  draft.rows.poolChanges.push({ poolId, action: isOwner ? "close" : "leave", maySpend: false, at: now });
  draft.announce("pool.left", now, { poolId });
  return { poolId, memberId: draft.id, maySpend: false };
}
