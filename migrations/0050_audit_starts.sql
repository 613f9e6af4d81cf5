-- From when on each change by hand must have its row in the audit, so that verification can ask for it (ADR 0022): programs that are there
-- already begin now, later ones with their first version.
-- Compatible: two tables that only verification reads. A release that audits nothing must not change anything by hand any more: the rows
-- that it leaves out from here on are found missing.
-- Locks: none on a table in use.

create table audit_starts (
  program_id integer     not null,
  -- Of commands that were written before nobody can say whether they were audited.
  since      timestamptz not null,
  constraint audit_starts_pkey primary key (program_id)
);

-- What of the configuration was made before and has no row that says so. Its times would not tell: they are the program's own.
create table unaudited_things (
  program_id  integer not null,
  -- As in audit, and rule_set_cancellation.
  target_kind text    not null,
  target      text    not null,
  constraint unaudited_things_pkey primary key (program_id, target_kind, target)
);

select loyalty_isolate(t) from unnest(array['audit_starts', 'unaudited_things']) t;
grant select on audit_starts, unaudited_things to loyalty_service;

-- One program after the other: the owner of the tables is bound by their policies too.
do $$
declare
  v_program integer;
begin
  for v_program in select program_id from loyalty_list_programs(now()) loop
    perform set_config('loyalty.program', v_program::text, true);
    insert into audit_starts values (v_program, clock_timestamp());
    insert into unaudited_things
      select v_program, t.target_kind, t.target
        from (select 'rule_set' as target_kind, version::text as target from rule_sets where program_id = v_program
              union all select 'rule_set_cancellation', version::text from rule_set_cancellations where program_id = v_program
              union all select 'key', key_id::text from api_keys where program_id = v_program
              union all select 'draft', id from drafts where program_id = v_program
              union all select 'coupon_code', code from coupon_codes where program_id = v_program and batch_id is null
              union all select 'coupon_batch', batch_id from coupon_batches where program_id = v_program
              union all select 'bulk_grant', grant_id from bulk_grants where program_id = v_program
              union all select 'webhook', endpoint_id::text from webhook_endpoints where program_id = v_program) t
       where (t.target_kind, t.target) not in (
               select case action when 'cancelRuleSet' then 'rule_set_cancellation' else target_kind end, target
                 from audit where program_id = v_program and target is not null and before is null);
  end loop;
  perform set_config('loyalty.program', '', true);
end $$;
