-- Keys end, are bound to addresses and limits, and are changed for new ones while the former still works (ADR 0021).
-- Compatible: adds columns, a table and a function. The release before looks keys up as before: until it has stopped, it takes keys
-- that have ended or come from elsewhere, and refuses former ones.
-- Locks: api_keys for a moment; columns without a default are not written.
alter table api_keys
  add column expires_at     timestamptz,
  -- Ranges of addresses in CIDR notation; null is every address.
  add column allowed_ips    text[],
  -- To the minute or so; null until the key is used.
  add column last_used_at   timestamptz,
  -- Requests a minute.
  add column rate_limit     integer,
  -- Requests at a time.
  add column concurrency    integer,
  -- Points that may be given by hand on one local day.
  add column points_per_day bigint,
  add constraint api_keys_allowed_ips_not_empty check (cardinality(allowed_ips) > 0),
  add constraint api_keys_rate_limit_positive check (rate_limit > 0),
  add constraint api_keys_concurrency_positive check (concurrency > 0),
  add constraint api_keys_points_per_day_not_negative check (points_per_day >= 0);

-- What a key was before it was rotated, until it is no longer taken.
create table former_keys (
  program_id  integer     not null,
  key_id      uuid        not null,
  hash        bytea       not null,
  hint        text        not null,
  works_until timestamptz not null,
  constraint former_keys_pkey primary key (program_id, key_id, hash),
  constraint former_keys_hash_unique unique (hash),
  constraint former_keys_hash_is_sha256 check (octet_length(hash) = 32)
);
select loyalty_isolate('former_keys');
grant select, insert, update, delete on former_keys to loyalty_service;

-- When a key was used is no change of it, and of a secret the hint is enough.
drop trigger api_keys_audit on api_keys;
create trigger api_keys_audit after insert or update on api_keys
  for each row execute function loyalty_audit_row('key', 'key_id', 'hash', 'last_used_at');

-- For loyalty_find_api_key, which runs as the owner.
create policy former_keys_lookup on former_keys for select to current_user using (true);

-- The key that has this SHA-256, or had it before it was rotated; `works_until` is null of the present one.
create function loyalty_find_api_key(p_hash bytea)
returns table (key_id uuid, program_id integer, program text, scopes text[], revoked_at timestamptz, works_until timestamptz,
               expires_at timestamptz, allowed_ips text[], last_used_at timestamptz, rate_limit integer, concurrency integer, points_per_day bigint)
language sql stable security definer set search_path = public, pg_temp as
  $$ select k.key_id, k.program_id, p.id, k.scopes, k.revoked_at, found.works_until,
            k.expires_at, k.allowed_ips, k.last_used_at, k.rate_limit, k.concurrency, k.points_per_day
       from (select a.program_id, a.key_id, null::timestamptz as works_until from api_keys a where a.hash = p_hash
             union all
             select f.program_id, f.key_id, f.works_until from former_keys f where f.hash = p_hash) found
       join api_keys k on k.program_id = found.program_id and k.key_id = found.key_id
       join programs p on p.program_id = k.program_id $$;

revoke all on function loyalty_find_api_key(bytea) from public;
grant execute on function loyalty_find_api_key(bytea) to loyalty_service;
