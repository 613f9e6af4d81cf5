-- The life of a rule set: drafts, versions that come into force at a time, cancelled versions; and events of the program itself.
-- Compatible: the release before keeps working as long as no version is scheduled (it knows those only that are in force at once).
-- Locks: rule_sets and programs for the moment in which a column without a default value to compute is added.

-- Null is at once: such a version is in force from its publication on, whatever a clock shows.
alter table rule_sets add column effective_at timestamptz;
create index rule_sets_scheduled_idx on rule_sets (program_id, effective_at) where effective_at is not null;

-- `version` is the last one that was published at once; a scheduled one with a later time than this comes after it.
alter table programs add column in_force_since timestamptz;
-- The number of the program's last event of its own.
alter table programs add column event_seq bigint not null default 0;

-- A version that was scheduled and will not come into force. Its number stays used.
create table rule_set_cancellations (
  program_id   integer not null,
  version      integer not null,
  cancelled_at timestamptz not null,
  cancelled_by text not null,
  constraint rule_set_cancellations_pkey primary key (program_id, version)
);

-- No revision comes twice, not even after a draft was deleted and made again: it is the draft's entity tag.
create sequence draft_revisions;

-- A definition that is being worked on, as it was sent; it need not be valid.
create table drafts (
  program_id         integer not null,
  id                 text not null,
  content            json not null,
  revision           bigint not null default nextval('draft_revisions'),
  changed_at         timestamptz not null,
  changed_by         text not null,
  -- Of this revision; null until it was validated. validated_against is the version in force then, 0 where there was none.
  validated_at       timestamptz,
  validated_against  integer,
  is_valid           boolean,
  constraint drafts_pkey primary key (program_id, id),
  constraint drafts_validated_whole check ((validated_at is null) = (validated_against is null) and (validated_at is null) = (is_valid is null))
);

-- A start of a rule that was announced: once, whoever does it.
create table announcements (
  program_id   integer not null,
  rule         text not null,
  starts_at    timestamptz not null,
  announced_at timestamptz not null,
  constraint announcements_pkey primary key (program_id, rule, starts_at)
);

create trigger rule_set_cancellations_append_only before update or delete or truncate on rule_set_cancellations
  for each statement execute function loyalty_refuse_change();
create trigger announcements_append_only before update or delete or truncate on announcements
  for each statement execute function loyalty_refuse_change();

select loyalty_isolate(t) from unnest(array['rule_set_cancellations', 'drafts', 'announcements']) t;

grant select, insert on rule_set_cancellations, announcements to loyalty_service;
grant select, insert, update, delete on drafts to loyalty_service;
grant usage on sequence draft_revisions to loyalty_service;

-- For the list of programs, which runs as the owner.
create policy rule_sets_lookup on rule_sets for select to current_user using (true);
create policy rule_set_cancellations_lookup on rule_set_cancellations for select to current_user using (true);

-- The version that decides at an instant: the scheduled one that came last, if that was after the last publication at once.
create function loyalty_version_in_force(p_program integer, p_at timestamptz) returns integer language sql stable as $$
  select coalesce(
    (select r.version from rule_sets r
      where r.program_id = p.program_id and r.effective_at <= p_at
        and (p.in_force_since is null or r.effective_at > p.in_force_since)
        and not exists (select from rule_set_cancellations c where c.program_id = r.program_id and c.version = r.version)
      order by r.effective_at desc, r.version desc limit 1),
    p.version)
    from programs p where p.program_id = p_program
$$;

-- As before, with the version in force at the engine's own time: a batch says by which clock it is decided.
create function loyalty_begin_batch(
  p_members text[], p_may_enrol boolean[],
  p_claim_kinds smallint[], p_claim_ids text[], p_claim_members integer[], p_claim_hashes uuid[], p_now timestamptz)
returns table (version integer, xid text, claimed integer[]) language plpgsql as $$
begin
  select b.xid, b.claimed into xid, claimed
    from loyalty_begin_batch(p_members, p_may_enrol, p_claim_kinds, p_claim_ids, p_claim_members, p_claim_hashes) b;
  version := loyalty_version_in_force(loyalty_current_program(), p_now);
  return next;
end
$$;

create function loyalty_list_programs(p_at timestamptz)
returns table (program_id integer, id text, version integer, created_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as
  $$ select program_id, id, loyalty_version_in_force(program_id, p_at), created_at from programs order by id $$;

revoke all on function loyalty_version_in_force(integer, timestamptz), loyalty_list_programs(timestamptz),
  loyalty_begin_batch(text[], boolean[], smallint[], text[], integer[], uuid[], timestamptz) from public;
grant execute on function loyalty_version_in_force(integer, timestamptz), loyalty_list_programs(timestamptz),
  loyalty_begin_batch(text[], boolean[], smallint[], text[], integer[], uuid[], timestamptz) to loyalty_service;
