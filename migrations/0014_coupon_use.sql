-- Coupons are used: the order that redeemed a coupon, for as long as it does.
-- Compatible: new columns that are null for what was issued before. The release before gives coupons and uses none.
-- Locks: coupons, while its rows are checked against the new constraint.
alter table coupons
  -- The order of the same member that redeemed it; null again once it is released.
  add column order_id text,
  -- The time of that order.
  add column redeemed_at timestamptz,
  add constraint coupons_redeemed_with_order check ((order_id is null) = (redeemed_at is null)),
  add constraint coupons_redeemed_while_valid check (redeemed_at >= valid_from and (valid_until is null or redeemed_at < valid_until));

grant update (order_id, redeemed_at) on coupons to loyalty_service;
