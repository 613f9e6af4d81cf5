-- Segments: lists of members that rules look at, kept by operations and imports.
-- Compatible: adds tables only.
-- Locks: none on a table in use.

-- A list of members by name. Its row is the lock of whoever changes the list: no member is locked for it.
create table segments (
  program_id integer not null,
  segment_id text not null,
  name       text not null,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  constraint segments_pkey primary key (program_id, segment_id)
);

-- One member on one list. The key begins with the member: a decision reads all lists of its members.
create table segment_members (
  program_id integer not null,
  member_key bigint not null,
  segment_id text not null,
  since      timestamptz not null,
  constraint segment_members_pkey primary key (program_id, member_key, segment_id)
);
-- Serves pages and counts of a list, and its removal.
create index segment_members_of_segment_idx on segment_members (program_id, segment_id, member_key);

do $$
declare t text;
begin
  foreach t in array array['segments', 'segment_members']
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    -- nullif: on a pooled connection an ended `set local` leaves an empty string.
    execute format('create policy %I on %I using (program_id = nullif(current_setting(''loyalty.program'', true), '''')::integer)',
      t || '_of_program', t);
  end loop;
end $$;

grant select, insert, update, delete on segments, segment_members to loyalty_service;
