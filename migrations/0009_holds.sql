-- Holds: points that are reserved for a while and then captured or released. Spent points can come back to their lots.
-- Compatible: a new table, and a new column with a default. The release before writes lots without holds.
-- Locks: lots, while its rows are checked against the new constraints.

alter table lots
  -- Of what remains, what open holds reserve.
  add column held bigint not null default 0,
  drop constraint lots_parts_in_range,
  add constraint lots_held_in_range check (held between 0 and remaining),
  -- Points that were taken back by owing may come back to their lot when a spend is undone: the parts may then exceed what was granted.
  add constraint lots_parts_in_range check (clawed_back between 0 and granted and expired between 0 and granted);

-- Reserved points: one row a hold, resolved once.
create table holds (
  program_id  integer not null,
  member_key  bigint not null,
  hold_id     text not null,
  wallet      smallint not null,
  points      bigint not null,
  captured    bigint not null default 0,
  status      text not null,
  reason      text,
  created_at  timestamptz not null,
  expires_at  timestamptz not null,
  resolved_at timestamptz,
  -- What is reserved of each lot, in burn order: [{"lot": 12, "points": 40}]
  uses        json not null,
  constraint holds_pkey primary key (program_id, member_key, hold_id),
  constraint holds_points_positive check (points > 0),
  constraint holds_captured_in_range check (captured between 0 and points),
  constraint holds_status_known check (status in ('open', 'captured', 'released', 'expired')),
  constraint holds_resolved_has_time check ((status = 'open') = (resolved_at is null)),
  constraint holds_captured_is_spent check ((status = 'captured') = (captured > 0))
);
create index holds_recent_idx on holds (program_id, member_key, created_at desc, hold_id);
-- Serves every command that loads lots; empty where nothing is held.
create index holds_open_idx on holds (program_id, member_key) where status = 'open';
-- Serves the job's pages of what has timed out.
create index holds_due_idx on holds (program_id, expires_at, member_key) where status = 'open';

select loyalty_isolate('holds');
grant select, insert, update on holds to loyalty_service;
