-- Quotes may hold what they count of budgets, stocks and codes until they end: a row for each counter of the program that the last such
-- quote of a member holds (docs/adr/0014-coupon-codes.md). A row whose time is over holds nothing, whether it is still there or not.
-- Compatible: adds a table only. The release before does not see what is held.
-- Locks: none on a table in use.
create table quote_reservations (
  program_id integer     not null,
  member_key bigint      not null,
  -- The counter of the program, as in counters.
  key        text        not null,
  period     date        not null,
  quote_id   uuid        not null,
  amount     bigint      not null,
  expires_at timestamptz not null,
  constraint quote_reservations_pkey primary key (program_id, member_key, key, period),
  constraint quote_reservations_amount_positive check (amount > 0)
);
-- Serves what all members hold of one counter.
create index quote_reservations_of_counter_idx on quote_reservations (program_id, key, period, expires_at) include (amount);
-- Serves the job that removes what is over.
create index quote_reservations_over_idx on quote_reservations (program_id, expires_at);

select loyalty_isolate('quote_reservations');

grant select, insert, delete on quote_reservations to loyalty_service;
