-- What caps, budgets and stocks of gifts have let through: of one member, or (member_key 0) of the whole program.
-- Compatible: adds a table and two functions.
-- Locks: none on a table in use.

-- Keeps the rows of a table apart by program, also for its owner. Every table with a program_id is isolated by it.
create function loyalty_isolate(p_table text) returns void language plpgsql as $$
begin
  execute format('alter table %I enable row level security', p_table);
  execute format('alter table %I force row level security', p_table);
  -- nullif: on a pooled connection an ended `set local` leaves an empty string.
  execute format('create policy %I on %I using (program_id = nullif(current_setting(''loyalty.program'', true), '''')::integer)',
    p_table || '_of_program', p_table);
end
$$;
revoke all on function loyalty_isolate(text) from public;

create table counters (
  program_id integer not null,
  -- 0 is the program's own; internal keys of members begin at 1.
  member_key bigint not null,
  key        text not null,
  -- The local date on which the calendar period begins; -infinity is the rule's whole life.
  period     date not null,
  -- Points, minor units, orders or units of goods.
  used       bigint not null,
  constraint counters_pkey primary key (program_id, member_key, key, period),
  constraint counters_used_not_negative check (used >= 0)
) with (fillfactor = 85);

select loyalty_isolate('counters');

grant select, insert, update on counters to loyalty_service;

-- Stage 4 of the order of locks (docs/adr/0001-one-write-path.md): the program's counters that a batch may need, in the
-- order of their keys, after its members. New ones are made first: who waits for a rival's new row holds no older one yet.
create function loyalty_lock_counters(p_keys text[], p_periods date[])
returns table (counter_key text, counter_period date, counter_used bigint) language plpgsql as $$
declare v_program integer := loyalty_current_program();
begin
  insert into counters (program_id, member_key, key, period, used)
    select v_program, 0, u.key, u.period, 0
      from unnest(p_keys, p_periods) u (key, period)
     where not exists (select from counters c where c.program_id = v_program and c.member_key = 0 and c.key = u.key and c.period = u.period)
     order by u.key, u.period
    on conflict do nothing;

  for counter_key, counter_period in select u.key, u.period from unnest(p_keys, p_periods) u (key, period) order by u.key, u.period loop
    select c.used into counter_used from counters c
     where c.program_id = v_program and c.member_key = 0 and c.key = counter_key and c.period = counter_period
       for no key update;
    return next;
  end loop;
end
$$;

revoke all on function loyalty_lock_counters(text[], date[]) from public;
grant execute on function loyalty_lock_counters(text[], date[]) to loyalty_service;
