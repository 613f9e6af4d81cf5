-- Programs for trying out, whose time is set by hand.
-- Compatible: the release before ignores the columns; no program is such a one.
-- Locks: programs for the moment in which columns without a value to compute are added.

-- Said by the first version, and so for good.
alter table programs add column is_test boolean not null default false;
-- The program's time; null is that of the clock.
alter table programs add column test_now timestamptz;
alter table programs add constraint programs_time_of_tests check (test_now is null or is_test);

-- As before, each program by its own time.
create or replace function loyalty_list_programs(p_at timestamptz)
returns table (program_id integer, id text, version integer, created_at timestamptz)
language sql stable security definer set search_path = public, pg_temp as
  $$ select program_id, id, loyalty_version_in_force(program_id, coalesce(test_now, p_at)), created_at from programs order by id $$;
