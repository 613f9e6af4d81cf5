-- Who changed what by hand: one row for each change of the configuration and of a member, in the transaction of the change (ADR 0022).
-- Compatible: a table, and triggers on tables of configuration that do nothing where no request says who it is for. The release before
-- says so of none, so what it changes leaves no row.
-- Locks: the tables of configuration for the moment in which a trigger is added.

create table audit (
  program_id  integer     not null,
  audit_id    bigint      generated always as identity,
  recorded_at timestamptz not null default now(),
  -- Id of the key, or root.
  actor       text        not null,
  request_id  text        not null,
  -- The operationId of the API.
  action      text        not null,
  target_kind text        not null,
  -- The id of what was changed; null of a member, whose row says it.
  target      text,
  member_key  bigint,
  -- What is different of it. No secret, and nothing that a member or a person about a member has written.
  before      json,
  after       json,
  constraint audit_pkey primary key (program_id, audit_id),
  constraint audit_has_target check (num_nonnulls(target, member_key) = 1)
);
-- Serves what was done to one member.
create index audit_of_member_idx on audit (program_id, member_key, audit_id) where member_key is not null;

create trigger audit_append_only before update or delete or truncate on audit
  for each statement execute function loyalty_refuse_change();
select loyalty_isolate('audit');
grant select, insert on audit to loyalty_service;

-- Who asks: {"actor", "requestId", "action"}, set by the transaction of a request that is audited.
create function loyalty_audit_origin() returns json language sql stable as
  $$ select nullif(current_setting('loyalty.audit', true), '')::json $$;

-- Arguments: the kind of target, the column of its id, and the columns that are no one's business or change by themselves.
create function loyalty_audit_row() returns trigger language plpgsql as $$
declare
  v_origin json := loyalty_audit_origin();
  v_before jsonb := '{}';
  v_after  jsonb := '{}';
  v_target text;
begin
  if v_origin is null then return null; end if;
  if tg_op <> 'INSERT' then v_before := to_jsonb(old); end if;
  if tg_op <> 'DELETE' then v_after := to_jsonb(new); end if;
  v_target := coalesce(v_after, v_before) ->> tg_argv[1];
  if tg_op = 'DELETE' then v_target := v_before ->> tg_argv[1]; end if;
  v_before := v_before - 'program_id' - tg_argv[1:];
  v_after := v_after - 'program_id' - tg_argv[1:];
  if tg_op = 'UPDATE' then
    select coalesce(jsonb_object_agg(key, value), '{}') into v_after from jsonb_each(v_after) where v_before -> key is distinct from value;
    select coalesce(jsonb_object_agg(key, value), '{}') into v_before from jsonb_each(v_before) where v_after ? key;
    if v_after = '{}' then return null; end if;
  end if;
  insert into audit (program_id, actor, request_id, action, target_kind, target, before, after)
    values (loyalty_current_program(), v_origin ->> 'actor', v_origin ->> 'requestId', v_origin ->> 'action', tg_argv[0], v_target,
            nullif(v_before, '{}'), nullif(v_after, '{}'));
  return null;
end
$$;

-- Members that came onto a list or left it are counted: who they are the list says.
create function loyalty_audit_list() returns trigger language plpgsql as $$
declare
  v_origin json := loyalty_audit_origin();
begin
  if v_origin is null then return null; end if;
  insert into audit (program_id, actor, request_id, action, target_kind, target, after)
    select loyalty_current_program(), v_origin ->> 'actor', v_origin ->> 'requestId', v_origin ->> 'action', 'segment', segment_id,
           json_build_object(case tg_op when 'INSERT' then 'members_added' else 'members_removed' end, count(*))
      from changed group by segment_id order by segment_id;
  return null;
end
$$;

create trigger programs_audit after update on programs
  for each row execute function loyalty_audit_row('program', 'id', 'event_seq', 'event_position');
create trigger rule_sets_audit after insert on rule_sets
  for each row execute function loyalty_audit_row('rule_set', 'version', 'definition');
create trigger rule_set_cancellations_audit after insert on rule_set_cancellations
  for each row execute function loyalty_audit_row('rule_set', 'version');
create trigger drafts_audit after insert or update or delete on drafts
  for each row execute function loyalty_audit_row('draft', 'id', 'content');
create trigger api_keys_audit after insert or update on api_keys
  for each row execute function loyalty_audit_row('key', 'key_id', 'hash');
create trigger segments_audit after insert or update or delete on segments
  for each row execute function loyalty_audit_row('segment', 'segment_id');
create trigger segment_members_added_audit after insert on segment_members
  referencing new table as changed for each statement execute function loyalty_audit_list();
create trigger segment_members_removed_audit after delete on segment_members
  referencing old table as changed for each statement execute function loyalty_audit_list();
create trigger coupon_batches_audit after insert or update on coupon_batches
  for each row execute function loyalty_audit_row('coupon_batch', 'batch_id', 'request_hash', 'revoke_reason');
-- Those of a batch are its own.
create trigger coupon_codes_audit after insert or update on coupon_codes
  for each row when (new.batch_id is null) execute function loyalty_audit_row('coupon_code', 'code', 'request_hash', 'revoke_reason');
create trigger bulk_grants_audit after insert or update on bulk_grants
  for each row execute function loyalty_audit_row('bulk_grant', 'grant_id', 'hash', 'reason', 'recipients');

revoke all on function loyalty_audit_origin(), loyalty_audit_row(), loyalty_audit_list() from public;
grant execute on function loyalty_audit_origin(), loyalty_audit_row(), loyalty_audit_list() to loyalty_service;
