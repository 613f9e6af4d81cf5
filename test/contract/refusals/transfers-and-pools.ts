import type { Refusals } from "./asked.ts";

export const transfer = (over: Record<string, unknown> = {}) => ({ id: "new-transfer", from: "ada", to: "bob", points: 2, ...over });

export const TRANSFER_AND_POOL_REFUSALS: Refusals = {
  transferPoints: {
    member_not_found: () => ({ body: transfer({ to: "nobody" }) }),
    member_not_active: () => ({ body: transfer({ to: "closed" }) }),
    id_reused: () => ({ body: transfer({ id: "gift", points: 1 }) }),
    wallet_not_spendable: () => ({ body: transfer({ wallet: "status" }) }),
    transfer_not_allowed: () => ({ body: transfer({ points: 1001 }) }),
    insufficient_points: () => ({ body: transfer({ points: 1000 }) }),
    amount_out_of_range: () => ({ body: transfer({ to: "rich", points: 1 }) }),
  },
  getTransfer: { transfer_not_found: () => ({}) },
  createPool: {
    member_not_found: () => ({ body: { id: "new-pool", owner: "nobody" } }),
    member_not_active: () => ({ body: { id: "new-pool", owner: "closed" } }),
    id_reused: () => ({ body: { id: "home", owner: "bob" } }),
    pool_conflict: () => ({ body: { id: "new-pool", owner: "ada" } }),
  },
  getPool: { pool_not_found: () => ({}) },
  putPoolMember: {
    pool_not_found: () => ({ values: { memberId: "bob" }, body: {} }),
    member_not_found: () => ({ values: { poolId: "home", memberId: "nobody" }, body: {} }),
    member_not_active: () => ({ values: { poolId: "home", memberId: "closed" }, body: {} }),
    pool_conflict: () => ({ values: { poolId: "home", memberId: "ada" }, body: { maySpend: false } }),
  },
  leavePool: {
    pool_not_found: () => ({ values: { memberId: "bob" } }),
    member_not_found: () => ({ values: { poolId: "home", memberId: "nobody" } }),
    pool_conflict: () => ({ values: { poolId: "home", memberId: "ada" } }),
  },
};
