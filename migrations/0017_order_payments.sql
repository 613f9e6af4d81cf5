-- Orders that are paid with points: how many, from which lots, and what of them came back.
-- Compatible: adds a table only. The release before places no such orders, and must not take returns of them.
-- Locks: none on a table in use.

create table order_payments (
  program_id  integer  not null,
  member_key  bigint   not null,
  order_id    text     not null,
  wallet      smallint not null,
  -- 0 where a later cart of the order pays with none.
  points      bigint   not null,
  -- What they pay, in minor units.
  amount      bigint   not null,
  -- Of them, what returns and a cancellation gave back.
  points_back bigint   not null,
  amount_back bigint   not null,
  -- Lots that the points came from, and the parts in the order taken.
  lots        bigint[] not null,
  uses        json     not null,
  constraint order_payments_pkey primary key (program_id, member_key, order_id),
  constraint order_payments_worth check (points >= 0 and (points = 0) = (amount = 0) and amount >= 0),
  constraint order_payments_back_in_range check (points_back between 0 and points and amount_back between 0 and amount)
) with (fillfactor = 85);

select loyalty_isolate('order_payments');

grant select, insert, update on order_payments to loyalty_service;
