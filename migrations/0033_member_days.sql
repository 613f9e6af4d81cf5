-- Days of a member set off rules: birthdays and the anniversaries of joining, found by index (ADR 0017).
-- Compatible: a column that Postgres fills by itself, an index and a table. The release before knows no such rules.
-- Locks: profiles for as long as they are written anew with the column, members while the index is built.

-- Month and day of the birth date as one number: 610 is 10 June. It goes and comes with the date.
alter table profiles add column birth_month_day smallint
  generated always as ((extract(month from birth_date) * 100 + extract(day from birth_date))::smallint) stored;

-- Serves the job that finds whose birthday it is.
create index profiles_birthday_idx on profiles (program_id, birth_month_day, member_key) where birth_month_day is not null;
-- Serves the job that finds who joined on this day of an earlier year.
create index members_enrolled_idx on members (program_id, enrolled_at, member_key);

-- How far the job has come. A day is done when a run that began after its end has come to all members.
create table member_day_runs (
  program_id integer not null,
  day        text    not null,
  done_to    date    not null,
  constraint member_day_runs_pkey primary key (program_id, day),
  constraint member_day_runs_day_known check (day in ('birthday', 'joining'))
);

select loyalty_isolate('member_day_runs');

grant select, insert, update, delete on member_day_runs to loyalty_service;
