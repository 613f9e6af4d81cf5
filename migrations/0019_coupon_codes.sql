-- Coupon codes that are not bound to a member: codes that a shop chooses and shares, and batches of generated or imported ones. Whoever
-- brings one to a cart may use it, as often as it says. What is used of a code is counted in `counters` from its first use on, so a row
-- here is written once and changed by its revocation only (docs/adr/0014-coupon-codes.md).
-- Compatible: adds tables only.
-- Locks: none on a table in use.
create table coupon_batches (
  program_id          integer     not null,
  -- The caller's.
  batch_id            text        not null,
  -- The id of its definition in the program.
  coupon              text        not null,
  kind                text        not null,
  -- Of its codes, each the same.
  max_uses            integer     not null,
  max_uses_per_member integer,
  valid_from          timestamptz not null,
  -- The first instant at which they are no longer valid; null is never.
  valid_until         timestamptz,
  -- How many were asked for; null where they are imported, in as many parts as it takes.
  codes               bigint,
  -- How many are there.
  written             bigint      not null default 0,
  -- Before the generated characters.
  prefix              text        not null default '',
  -- Of the body that made it: the same id with another one is refused.
  request_hash        uuid        not null,
  created_at          timestamptz not null default now(),
  -- When all were there.
  finished_at         timestamptz,
  -- From then on none of its codes can be used.
  revoked_at          timestamptz,
  revoke_reason       text,
  revoke_actor        text,
  constraint coupon_batches_pkey primary key (program_id, batch_id),
  constraint coupon_batches_kind_known check (kind in ('generated', 'imported')),
  constraint coupon_batches_uses_positive check (max_uses > 0 and max_uses_per_member > 0),
  constraint coupon_batches_times_ordered check (valid_until > valid_from),
  constraint coupon_batches_written_in_range check (written >= 0 and written <= codes),
  constraint coupon_batches_revoked_with_reason check ((revoked_at is null) = (revoke_reason is null))
) with (fillfactor = 85);

create table coupon_codes (
  program_id          integer     not null,
  -- As it is looked up: letters in upper case and digits, without spaces and hyphens.
  code                text        not null,
  -- Of a generated or imported one; null of one that the shop has chosen.
  batch_id            text,
  coupon              text        not null,
  -- How often orders may use it, and orders of one member; null is as often as it may be used at all.
  max_uses            integer     not null,
  max_uses_per_member integer,
  valid_from          timestamptz not null,
  valid_until         timestamptz,
  created_at          timestamptz not null default now(),
  -- Of the body that made it; null where it is of a batch.
  request_hash        uuid,
  revoked_at          timestamptz,
  revoke_reason       text,
  revoke_actor        text,
  constraint coupon_codes_pkey primary key (program_id, code),
  constraint coupon_codes_code_form check (code ~ '^[A-Z0-9]{3,40}$'),
  constraint coupon_codes_uses_positive check (max_uses > 0 and max_uses_per_member > 0),
  constraint coupon_codes_times_ordered check (valid_until > valid_from),
  constraint coupon_codes_revoked_with_reason check ((revoked_at is null) = (revoke_reason is null))
);
-- Serves the codes of one batch, in the order of their characters.
create index coupon_codes_of_batch_idx on coupon_codes (program_id, batch_id, code) where batch_id is not null;
-- Serves the list of those that are of none, which are few.
create index coupon_codes_shared_idx on coupon_codes (program_id, code) where batch_id is null;

select loyalty_isolate('coupon_batches');
select loyalty_isolate('coupon_codes');

grant select, insert on coupon_batches, coupon_codes to loyalty_service;
grant update (written, finished_at, revoked_at, revoke_reason, revoke_actor) on coupon_batches to loyalty_service;
grant update (revoked_at, revoke_reason, revoke_actor) on coupon_codes to loyalty_service;
