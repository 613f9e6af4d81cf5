-- Coupons that are taken back: from then on no order can use them.
-- Compatible: a new column that is null for what was issued before. The release before would let a revoked coupon be used.
-- Locks: coupons for the moment in which a column without a value to compute is added.
alter table coupons
  -- When it was taken back; null is never. An order that used it before keeps it.
  add column revoked_at timestamptz;

grant update (revoked_at) on coupons to loyalty_service;
