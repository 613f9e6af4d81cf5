-- Coupons that members hold: what rules on orders and events gave, and what was given by hand.
-- Compatible: adds a table only.
-- Locks: none on a table in use.
create table coupons (
  program_id  integer not null,
  -- As it is looked up: upper case, without hyphens.
  code        text not null,
  member_key  bigint not null,
  -- The id of its definition in the program, and the version whose definition set its times.
  coupon      text not null,
  rule_set    integer not null,
  -- Where it comes from: the order or event whose rule gave it, or a request by hand.
  cause       text not null,
  source_id   text not null,
  -- Of a coupon that a rule gave.
  rule        text,
  -- Of a coupon that was given by hand.
  reason      text,
  actor       text,
  issued_at   timestamptz not null,
  recorded_at timestamptz not null default now(),
  valid_from  timestamptz not null,
  -- The first instant at which it is no longer valid; null is never.
  valid_until timestamptz,
  constraint coupons_pkey primary key (program_id, code),
  constraint coupons_code_form check (code ~ '^[2-9A-Z]{16}$'),
  constraint coupons_times_ordered check (valid_until > valid_from and valid_from >= issued_at),
  constraint coupons_reason_by_hand check ((cause = 'hand') = (reason is not null))
);
-- Serves the pages of a member's coupons, newest first.
create index coupons_of_member_idx on coupons (program_id, member_key, issued_at, code);

select loyalty_isolate('coupons');

grant select, insert on coupons to loyalty_service;
