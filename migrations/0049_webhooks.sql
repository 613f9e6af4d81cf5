-- Webhooks: the feed of events, delivered to endpoints of other systems (ADR 0020).
-- Compatible: adds tables only.
-- Locks: none on a table in use.

create table webhook_endpoints (
  program_id      integer     not null,
  endpoint_id     uuid        not null,
  url             text        not null,
  description     text        not null,
  -- Which events it gets; null is all.
  types           text[],
  is_enabled      boolean     not null,
  disabled_reason text,
  -- Encrypted. The former secret signs too until its time is over.
  secret          bytea       not null,
  former_secret   bytea,
  former_until    timestamptz,
  created_at      timestamptz not null,
  -- Events up to here are delivered, or wait in webhook_deliveries.
  position        bigint      not null,
  -- Looks in a row in which nothing arrived; the next one comes no sooner than resume_at.
  failures        integer     not null default 0,
  resume_at       timestamptz,
  -- Who delivers to it, and until when nobody else does.
  lease_id        uuid,
  leased_until    timestamptz,
  constraint webhook_endpoints_pkey primary key (program_id, endpoint_id),
  constraint webhook_endpoints_position_not_negative check (position >= 0),
  constraint webhook_endpoints_former_ends check ((former_secret is null) = (former_until is null)),
  constraint webhook_endpoints_lease_ends check ((lease_id is null) = (leased_until is null))
) with (fillfactor = 50);

-- An event that did not arrive at the first attempt.
create table webhook_deliveries (
  program_id  integer     not null,
  endpoint_id uuid        not null,
  position    bigint      not null,
  status      text        not null,
  attempts    integer     not null,
  -- When it is tried again; null once it has arrived or is given up.
  next_at     timestamptz,
  -- What the last attempt ended with: the status of the answer, or why there was none.
  last_status smallint,
  last_error  text,
  updated_at  timestamptz not null,
  constraint webhook_deliveries_pkey primary key (program_id, endpoint_id, position),
  constraint webhook_deliveries_status_known check (status in ('pending', 'delivered', 'failed')),
  constraint webhook_deliveries_pending_is_due check ((status = 'pending') = (next_at is not null))
) with (fillfactor = 80);
-- Serves the next attempts.
create index webhook_deliveries_due_idx on webhook_deliveries (program_id, endpoint_id, next_at) where status = 'pending';
-- Serves lists by status, newest first.
create index webhook_deliveries_status_idx on webhook_deliveries (program_id, endpoint_id, status, position);

select loyalty_isolate(t) from unnest(array['webhook_endpoints', 'webhook_deliveries']) t;

grant select, insert, update, delete on webhook_endpoints, webhook_deliveries to loyalty_service;

create trigger webhook_endpoints_audit after insert or update or delete on webhook_endpoints
  for each row execute function loyalty_audit_row('webhook', 'endpoint_id', 'secret', 'former_secret', 'lease_id', 'leased_until');
create trigger webhook_deliveries_audit after update on webhook_deliveries
  for each row execute function loyalty_audit_row('webhook_delivery', 'position', 'updated_at');

-- For loyalty_programs_with_webhooks, which runs as the owner.
create policy webhook_endpoints_lookup on webhook_endpoints for select to current_user using (true);

create function loyalty_programs_with_webhooks() returns table (program_id integer)
language sql stable security definer set search_path = public, pg_temp as
  $$ select distinct e.program_id from webhook_endpoints e where e.is_enabled $$;

revoke all on function loyalty_programs_with_webhooks() from public;
grant execute on function loyalty_programs_with_webhooks() to loyalty_service;
