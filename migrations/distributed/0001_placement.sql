-- Where the rows of each table lie on a Postgres that is distributed by Citus, 12 or later. None of the migrations that a start runs: an
-- operator runs it once, as the owner, on a database that has all of those and no rows yet. What the engine does not do yet to run on it
-- stands in docs/scale.md. test/integration/placement.test.ts holds this file against the schema and the plans of the hot path.
-- Compatible: no release runs on what it makes yet.
-- Locks: every table until it is done; there are no rows.
-- Three places:
--   by member     rows of a member lie together, in the shard of their member_key. What one command writes of one member is in one shard.
--   by own key    what is found by an id before its member is known, and what is kept in the order of the program.
--   everywhere    configuration: read by every decision, written by people.
-- Beside them, tables that only the coordinator needs.
begin;
create extension if not exists citus;

-- The id of a member and the code of a coupon are unique over all shards only where they are the key of a shard: the directory is.
alter table members drop constraint members_id_unique;
create index members_id_idx on members (program_id, id);
alter table coupons drop constraint coupons_pkey, add constraint coupons_pkey primary key (program_id, member_key, code);
drop index redemptions_open_code_key;
create index redemptions_open_code_idx on redemptions (program_id, code_hash) where status = 'issued';

-- By member.
select create_distributed_table('accounts', 'member_key', shard_count => 128);
select create_distributed_table('activity', 'member_key', colocate_with => 'accounts');
select create_distributed_table('bulk_grant_members', 'member_key', colocate_with => 'accounts');
select create_distributed_table('commands', 'member_key', colocate_with => 'accounts');
select create_distributed_table('counters', 'member_key', colocate_with => 'accounts');
select create_distributed_table('coupons', 'member_key', colocate_with => 'accounts');
select create_distributed_table('entries', 'member_key', colocate_with => 'accounts');
select create_distributed_table('events', 'member_key', colocate_with => 'accounts');
select create_distributed_table('holds', 'member_key', colocate_with => 'accounts');
select create_distributed_table('ledger_block_members', 'member_key', colocate_with => 'accounts');
select create_distributed_table('lot_uses', 'member_key', colocate_with => 'accounts');
select create_distributed_table('lots', 'member_key', colocate_with => 'accounts');
select create_distributed_table('member_events', 'member_key', colocate_with => 'accounts');
select create_distributed_table('members', 'member_key', colocate_with => 'accounts');
select create_distributed_table('merged_lots', 'member_key', colocate_with => 'accounts');
select create_distributed_table('merges', 'member_key', colocate_with => 'accounts');
select create_distributed_table('order_payments', 'member_key', colocate_with => 'accounts');
select create_distributed_table('orders', 'member_key', colocate_with => 'accounts');
select create_distributed_table('pool_members', 'member_key', colocate_with => 'accounts');
select create_distributed_table('profiles', 'member_key', colocate_with => 'accounts');
select create_distributed_table('quote_reservations', 'member_key', colocate_with => 'accounts');
select create_distributed_table('redemptions', 'member_key', colocate_with => 'accounts');
select create_distributed_table('returns', 'member_key', colocate_with => 'accounts');
select create_distributed_table('segment_members', 'member_key', colocate_with => 'accounts');
select create_distributed_table('tier_changes', 'member_key', colocate_with => 'accounts');
select create_distributed_table('tier_review_results', 'member_key', colocate_with => 'accounts');
select create_distributed_table('tier_reviews', 'member_key', colocate_with => 'accounts');

-- By own key.
select create_distributed_table('directory', 'id', colocate_with => 'none', shard_count => 128);
select create_distributed_table('coupon_codes', 'code', colocate_with => 'none', shard_count => 128);
select create_distributed_table('audit', 'audit_id', colocate_with => 'none', shard_count => 32);
select create_distributed_table('webhook_deliveries', 'position', colocate_with => 'none', shard_count => 32);

-- Everywhere.
select create_reference_table('programs');
select create_reference_table('wallets');
select create_reference_table('rule_sets');
select create_reference_table('rule_set_cancellations');
select create_reference_table('segments');
select create_reference_table('pools');
select create_reference_table('bulk_grants');
select create_reference_table('coupon_batches');
select create_reference_table('api_keys');
select create_reference_table('former_keys');
select create_reference_table('webhook_endpoints');

-- On the coordinator: the order of a program's events, what jobs have done, what people are drafting.
select citus_add_local_table_to_metadata('announcements');
select citus_add_local_table_to_metadata('audit_starts');
select citus_add_local_table_to_metadata('coupon_notice_days');
select citus_add_local_table_to_metadata('drafts');
select citus_add_local_table_to_metadata('event_batches');
select citus_add_local_table_to_metadata('event_feeds');
select citus_add_local_table_to_metadata('expiry_notice_days');
select citus_add_local_table_to_metadata('ledger_blocks');
select citus_add_local_table_to_metadata('ledger_chains');
select citus_add_local_table_to_metadata('member_day_runs');
select citus_add_local_table_to_metadata('schema_migrations');
select citus_add_local_table_to_metadata('tier_review_days');
select citus_add_local_table_to_metadata('unaudited_things');
commit;
