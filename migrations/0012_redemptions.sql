-- Redemptions: rewards that members got for points, with what was paid for each and from which lots.
-- Compatible: adds a table only.
-- Locks: none on a table in use.

create table redemptions (
  program_id    integer     not null,
  member_key    bigint      not null,
  redemption_id text        not null,
  reward        text        not null,
  quantity      integer     not null,
  channel       text        not null,
  status        text        not null,
  rule_set      integer     not null,
  -- What the reward gave as the program said then, and what became of it: the end of a privilege, the tiers before and after.
  gives         json        not null,
  given         json,
  -- By wallet: points, the parts of lots that they were taken from, and what came back.
  paid          json        not null,
  -- Counters that it uses while it is neither cancelled nor expired.
  uses          json        not null,
  -- Lots that its points came from.
  lots          bigint[]    not null,
  -- Of the code for the store, keyed: the code itself is not kept.
  code_hash     text,
  redeemed_at   timestamptz not null,
  -- When the points come back unless it is fulfilled before; null is never.
  expires_at    timestamptz,
  fulfilled_at  timestamptz,
  -- When it was cancelled or expired.
  ended_at      timestamptz,
  store         text,
  reason        text,
  constraint redemptions_pkey primary key (program_id, member_key, redemption_id),
  constraint redemptions_quantity_positive check (quantity > 0),
  constraint redemptions_channel_known check (channel in ('online', 'store')),
  constraint redemptions_status_known check (status in ('issued', 'fulfilled', 'cancelled', 'expired')),
  constraint redemptions_ended check ((ended_at is not null) = (status in ('cancelled', 'expired'))),
  constraint redemptions_fulfilled check (status <> 'fulfilled' or fulfilled_at is not null)
) with (fillfactor = 85);

-- Finds a redemption by what the member shows in the store.
create index redemptions_code_idx on redemptions (program_id, code_hash) where code_hash is not null;
-- No two codes that are good at the same time are the same.
create unique index redemptions_open_code_key on redemptions (program_id, code_hash) where status = 'issued';
-- Serves the job that gives the points of unfulfilled ones back.
create index redemptions_due_idx on redemptions (program_id, expires_at, member_key, redemption_id) where status = 'issued';
-- Serve lists, newest first.
create index redemptions_of_member_idx on redemptions (program_id, member_key, redeemed_at, redemption_id);
create index redemptions_of_program_idx on redemptions (program_id, redeemed_at, redemption_id);

select loyalty_isolate('redemptions');

grant select, insert, update on redemptions to loyalty_service;
