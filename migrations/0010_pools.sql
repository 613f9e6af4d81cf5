-- Household pools: members who may draw on each other's points.
-- Compatible: adds tables only.
-- Locks: none on a table in use.

-- A pool. Whoever changes it holds the lock of its owner, and whoever draws on it those of all of its members.
create table pools (
  program_id integer not null,
  pool_id    text not null,
  owner_key  bigint not null,
  created_at timestamptz not null,
  constraint pools_pkey primary key (program_id, pool_id)
);

-- A member of a pool; a member is in one at most. The owner is one of them.
create table pool_members (
  program_id integer not null,
  member_key bigint not null,
  pool_id    text not null,
  may_spend  boolean not null,
  joined_at  timestamptz not null,
  constraint pool_members_pkey primary key (program_id, member_key)
);
-- Serves the members of a pool.
create index pool_members_of_pool_idx on pool_members (program_id, pool_id, member_key);

select loyalty_isolate(t) from unnest(array['pools', 'pool_members']) t;

grant select, insert, update, delete on pools, pool_members to loyalty_service;
