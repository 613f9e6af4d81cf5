-- Bulk grants: points or a coupon for each of many members, given by a job that can stop and go on.
-- Compatible: adds tables only.
-- Locks: none on a table in use.

create table bulk_grants (
  program_id  integer     not null,
  grant_id    text        not null,
  -- Of the canonical body: the same id with another body is refused.
  hash        uuid        not null,
  status      text        not null,
  reason      text        not null,
  actor       text        not null,
  key_id      text        not null,
  -- Whom it is for and what each of them gets, as the request says.
  recipients  json        not null,
  gives       json        not null,
  created_at  timestamptz not null,
  recorded_at timestamptz not null default now(),
  -- Members up to this key have been looked at; the job goes on after it.
  cursor_key  bigint      not null default 0,
  -- What became of the members, once it has ended; before that they are counted.
  granted     bigint,
  refused     bigint,
  ended_at    timestamptz,
  constraint bulk_grants_pkey primary key (program_id, grant_id),
  constraint bulk_grants_status_known check (status in ('running', 'done', 'cancelled')),
  constraint bulk_grants_counted_at_end check (num_nulls(granted, refused, ended_at) = case status when 'running' then 3 else 0 end)
) with (fillfactor = 80);
-- Serves lists, newest first.
create index bulk_grants_recent_idx on bulk_grants (program_id, created_at, grant_id);
-- Serves the job.
create index bulk_grants_running_idx on bulk_grants (program_id, created_at) where status = 'running';

-- A member whom a grant has reached: written with what it gave, so that it gives once, whoever else is at it.
create table bulk_grant_members (
  program_id  integer     not null,
  member_key  bigint      not null,
  grant_id    text        not null,
  -- The code of the error for which the member got nothing; null is who got it.
  refused     text,
  reached_at  timestamptz not null,
  constraint bulk_grant_members_pkey primary key (program_id, member_key, grant_id)
);
-- Serve the counts of a grant, and the pages of those who were refused.
create index bulk_grant_members_granted_idx on bulk_grant_members (program_id, grant_id) where refused is null;
create index bulk_grant_members_refused_idx on bulk_grant_members (program_id, grant_id, member_key) where refused is not null;

select loyalty_isolate(t) from unnest(array['bulk_grants', 'bulk_grant_members']) t;

grant select, insert on bulk_grants, bulk_grant_members to loyalty_service;
grant update (status, cursor_key, granted, refused, ended_at) on bulk_grants to loyalty_service;
