/** Makes a pool of one: the owner, who may always spend. */
export type CreatePool = { kind: "create_pool"; memberId: string; poolId: string; hash: string };

/** Puts a member into a pool, or says anew whether they may spend. */
export type PutPoolMember = { kind: "put_pool_member"; memberId: string; poolId: string; maySpend: boolean };

/** Takes a member out of a pool; the owner goes last, and the pool with them. */
export type LeavePool = { kind: "leave_pool"; memberId: string; poolId: string };

export type PoolMembershipView = { poolId: string; memberId: string; maySpend: boolean };
