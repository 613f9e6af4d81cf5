-- Coupons end: each that was neither used nor taken back until its time was over is announced once, and members are told ahead.
-- Compatible: a new column that is null for what was issued before, and a new table. The release before announces no end; what ended
-- under it is announced by the first run of the job.
-- Locks: coupons, while its rows are checked against the new constraint and the indexes are built.
alter table coupons
  -- When it was announced that it ended without having been used; null before, and where it does not end. It stays when an order from
  -- before its end uses it after all.
  add column expired_at timestamptz,
  add constraint coupons_expired_after_end check (expired_at >= valid_until);

-- Serves the job that announces ends, oldest first; what is announced drops out.
create index coupons_ending_idx on coupons (program_id, valid_until, code)
  where order_id is null and revoked_at is null and expired_at is null and valid_until is not null;
-- Serves the notices ahead, a definition's coupons by the day on which they end.
create index coupons_notice_idx on coupons (program_id, coupon, valid_until, code)
  where order_id is null and revoked_at is null and expired_at is null and valid_until is not null;

grant update (expired_at) on coupons to loyalty_service;

-- Through which local day the members have been told of coupons of a definition that end on it, so long ahead.
create table coupon_notice_days (
  program_id integer not null,
  -- The id of the definition.
  coupon     text not null,
  -- As the program says it: P3D.
  notice     text not null,
  told_to    date not null,
  constraint coupon_notice_days_pkey primary key (program_id, coupon, notice)
);

select loyalty_isolate('coupon_notice_days');

grant select, insert, update on coupon_notice_days to loyalty_service;
