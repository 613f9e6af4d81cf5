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

select loyalty_isolate(t) from unnest(array['segments', 'segment_members']) t;

grant select, insert, update, delete on segments, segment_members to loyalty_service;
