-- A hash chain over committed entries, sealed in the background (ADR 0024).
-- Compatible: adds tables only; the release before seals nothing, and what it writes is sealed afterwards.
-- Locks: none on a table in use.

-- A block covers entries of members, and the block before it by its hash.
create table ledger_blocks (
  program_id integer     not null,
  block      bigint      not null,
  -- Hash of the block before; of the first one 32 zero bytes.
  previous   bytea       not null,
  hash       bytea       not null,
  entries    bigint      not null,
  sealed_at  timestamptz not null,
  constraint ledger_blocks_pkey primary key (program_id, block),
  constraint ledger_blocks_number_positive check (block > 0),
  constraint ledger_blocks_not_empty check (entries > 0),
  constraint ledger_blocks_hashes_are_sha256 check (octet_length(previous) = 32 and octet_length(hash) = 32)
);

-- The entries of one member that a block covers: those behind the member's row before, through last_seq.
create table ledger_block_members (
  program_id integer not null,
  member_key bigint  not null,
  last_seq   bigint  not null,
  block      bigint  not null,
  -- Of these entries.
  hash       bytea   not null,
  constraint ledger_block_members_pkey primary key (program_id, member_key, last_seq),
  constraint ledger_block_members_hash_is_sha256 check (octet_length(hash) = 32)
);
-- Serves verification, block by block.
create index ledger_block_members_block_idx on ledger_block_members (program_id, block);

-- How far a program is sealed. Who has its row locked is the sealer.
create table ledger_chains (
  program_id integer not null,
  -- The last block: 0 and 32 zero bytes before the first one.
  block      bigint  not null,
  hash       bytea   not null,
  -- Entries in all blocks.
  entries    bigint  not null,
  -- Up to where the feed of events has been looked through for members with new entries.
  position   bigint  not null,
  constraint ledger_chains_pkey primary key (program_id),
  constraint ledger_chains_hash_is_sha256 check (octet_length(hash) = 32)
);

create trigger ledger_blocks_append_only before update or delete or truncate on ledger_blocks
  for each statement execute function loyalty_refuse_change();
create trigger ledger_block_members_append_only before update or delete or truncate on ledger_block_members
  for each statement execute function loyalty_refuse_change();

select loyalty_isolate(t) from unnest(array['ledger_blocks', 'ledger_block_members', 'ledger_chains']) t;

grant select, insert on ledger_blocks, ledger_block_members to loyalty_service;
grant select, insert, update on ledger_chains to loyalty_service;
