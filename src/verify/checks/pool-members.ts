import { inRange, type MemberCheck } from "./member-check.ts";

/** Everyone in a pool is in one that there is, and whoever owns one is in it. */
export const poolMembers: MemberCheck = {
  name: "pool_member",
  sql: `
    select member_key, null::smallint as wallet, 'pool ' || pool_id as subject, 'a pool' as expected, 'none' as actual
      from pool_members
     where ${inRange("pool_members")} and not exists (
       select from pools where pools.program_id = $1 and pools.pool_id = pool_members.pool_id)
    union all
    select owner_key, null::smallint, 'pool ' || pool_id, 'its owner in it', 'not'
      from pools
     where pools.program_id = $1 and owner_key between $2 and $3 and not exists (
       select from pool_members m where m.program_id = $1 and m.member_key = owner_key and m.pool_id = pools.pool_id and m.may_spend)`,
};
