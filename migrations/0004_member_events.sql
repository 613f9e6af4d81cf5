-- What happens to members beside their orders, of types that the program declares; with the decision on each.
-- Compatible: adds a table only.
-- Locks: none on a table in use.
create table member_events (
  program_id  integer not null,
  member_key  bigint not null,
  event_id    text not null,
  type        text not null,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  -- As it was sent, the decision with its trace, and the first answer's tier, balance and points.
  data        json not null,
  decision    json not null,
  answer      json not null,
  -- The lots that its points went into.
  lots        bigint[] not null default '{}',
  constraint member_events_pkey primary key (program_id, member_key, event_id)
);
create index member_events_recent_idx on member_events (program_id, member_key, occurred_at, event_id);

select loyalty_isolate('member_events');

grant select, insert on member_events to loyalty_service;
