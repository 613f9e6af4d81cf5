import type pg from "pg";
import { assert } from "../core/assert.ts";
import { BEFORE_ALL, type BlockHead, NO_HASH, type SealedSpan, type Span } from "./block-hash.ts";
import { ENTRY_LINE } from "./hash-spans.ts";

/** The last block of a program's chain; block 0 where nothing has been sealed. `entries` are those of all blocks. */
export type ChainHead = { block: number; hash: Buffer; entries: number };

/** `position`: up to where the feed of events has been looked through. */
type Chain = ChainHead & { position: number; now: Date };

/** What of the feed comes next: its end, and for how long the oldest of it has been there. */
type Stretch = { through: number; lagSeconds: number };

/** Locks a program's chain until the transaction ends; undefined where another process is sealing. */
export async function lockChain(tx: pg.ClientBase, programId: number): Promise<Chain | undefined> {
  await tx.query({
    name: "begin_ledger_chain",
    text: "insert into ledger_chains (program_id, block, hash, entries, position) values ($1, 0, $2, 0, 0) on conflict do nothing",
    values: [programId, NO_HASH],
  });
  const { rows } = await tx.query<Chain>({
    name: "lock_ledger_chain",
    text: "select block, hash, entries, position, now() as now from ledger_chains where program_id = $1 for update skip locked",
    values: [programId],
  });
  return rows[0];
}

/** The next transactions of the feed, of so many positions at most and one transaction more; null at its end. */
export async function nextStretch(tx: pg.ClientBase, programId: number, after: number, positions: number): Promise<Stretch | null> {
  const { rows } = await tx.query<{ through: number | null; lagSeconds: number }>({
    name: "next_ledger_stretch",
    text: `select max(first_position + events - 1) as through, extract(epoch from clock_timestamp() - min(numbered_at))::float8 as "lagSeconds"
             from event_batches where program_id = $1 and first_position > $2 and first_position <= $2 + $3::bigint`,
    values: [programId, after, positions],
  });
  const { through = null, lagSeconds = 0 } = rows[0] ?? {};
  return through === null ? null : { through, lagSeconds };
}

/** Of the feed: behind one position, through another. */
export type Looked = { after: number; through: number };

/**
 * SQL of the spans that no block covers, as `spans`, of the members whose events stand in a stretch of the feed: behind $2, through $3. A
 * transaction that writes entries writes an event of their member; only a merge tells of one member and moves points of two.
 */
const WITH_UNSEALED = `with told as materialized (
             select distinct e.member_key, e.type in ('member.merged', 'member.unmerged') as is_merge
               from (select batch from event_batches where program_id = $1 and first_position > $2 and first_position <= $3 offset 0) b
               join events e on e.program_id = $1 and e.batch = b.batch
              where e.member_key > 0),
           moved as (
             select member_key from told
             union
             select m.from_key from told join merges m on m.program_id = $1 and m.member_key = told.member_key where told.is_merge),
           spans as materialized (
             select moved.member_key, sealed.last_seq as after_seq, written.last_seq
               from moved
              cross join lateral (
                    select coalesce((select last_seq from ledger_block_members
                                      where program_id = $1 and member_key = moved.member_key order by last_seq desc limit 1), ${BEFORE_ALL}) as last_seq
                    offset 0) sealed
              cross join lateral (select seq as last_seq from entries
                                   where program_id = $1 and member_key = moved.member_key order by seq desc limit 1) written
              where written.last_seq > sealed.last_seq)`;

/** Those spans, by member. */
export async function unsealedSpans(tx: pg.ClientBase, programId: number, { after, through }: Looked): Promise<Span[]> {
  const { rows } = await tx.query<Span>({
    name: "unsealed_spans",
    text: `${WITH_UNSEALED}
           select member_key as "memberKey", after_seq as "afterSeq", last_seq as "lastSeq" from spans order by member_key`,
    values: [programId, after, through],
  });
  return rows;
}

/** What was written of the members of a block: how many entries they have in it, and the lines that its hash is over. */
export type SealedMembers = { entries: number; lines: string };

/** Entries that one statement hashes: bounds its time. A stretch has so many only where members have a history that no block covers. */
const HASHED_AT_ONCE_MAX = 50_000;

/**
 * Writes the members of a block with the hashes of their unsealed spans, as `hashSpans` has them, without their entries leaving the database.
 * Null, and nothing is hashed or written, where those are more than HASHED_AT_ONCE_MAX.
 */
export async function insertHashedSpans(
  tx: pg.ClientBase,
  programId: number,
  block: number,
  { after, through }: Looked,
): Promise<SealedMembers | null> {
  const { rows } = await tx.query<SealedMembers & { areFew: boolean }>({
    name: "insert_hashed_spans",
    text: `${WITH_UNSEALED},
           -- The numbers of a member's entries have no gaps.
           few as (select coalesce(sum(last_seq - greatest(after_seq, 0)), 0) <= ${HASHED_AT_ONCE_MAX} as are_few from spans),
           hashed as materialized (
             select s.member_key, s.last_seq, e.entries, e.hash
               from (select * from spans where (select are_few from few)) s
              cross join lateral (
                    select count(*) as entries, sha256(convert_to(string_agg(line, '' order by seq), 'UTF8')) as hash
                      from (select seq, ${ENTRY_LINE} || E'\n' as line from entries
                             where program_id = $1 and member_key = s.member_key and seq > s.after_seq and seq <= s.last_seq
                             order by seq offset 0) l) e),
           written as (
             insert into ledger_block_members (program_id, block, member_key, last_seq, hash)
               select $1, $4, member_key, last_seq, hash from hashed order by member_key)
           select (select are_few from few) as "areFew", coalesce(sum(entries), 0)::float8 as entries,
                  coalesce(string_agg('[' || member_key || ',' || last_seq || ',"' || encode(hash, 'hex') || E'"]\n', '' order by member_key), '') as lines
             from hashed`,
    values: [programId, after, through, block],
  });
  const [sealed] = rows;
  assert(sealed !== undefined, "a sum has a row");
  return sealed.areFew ? sealed : null;
}

type NewBlock = BlockHead & { hash: Buffer };

export async function insertBlock(
  tx: pg.ClientBase,
  programId: number,
  { block, previous, hash, entries, sealedAt }: NewBlock,
): Promise<void> {
  await tx.query({
    name: "insert_ledger_block",
    text: "insert into ledger_blocks (program_id, block, previous, hash, entries, sealed_at) values ($1, $2, $3, $4, $5, $6)",
    values: [programId, block, previous, hash, entries, sealedAt],
  });
}

export async function insertBlockMembers(tx: pg.ClientBase, programId: number, block: number, spans: readonly SealedSpan[]): Promise<void> {
  await tx.query({
    name: "insert_ledger_block_members",
    text: `insert into ledger_block_members (program_id, block, member_key, last_seq, hash)
           select $1, $2, * from unnest($3::bigint[], $4::bigint[], $5::bytea[])`,
    values: [programId, block, spans.map(({ memberKey }) => memberKey), spans.map(({ lastSeq }) => lastSeq), spans.map(({ hash }) => hash)],
  });
}

export async function moveChain(
  tx: pg.ClientBase,
  programId: number,
  { block, hash, entries }: ChainHead,
  position: number,
): Promise<void> {
  await tx.query({
    name: "move_ledger_chain",
    text: "update ledger_chains set block = $2, hash = $3, entries = $4, position = $5 where program_id = $1",
    values: [programId, block, hash, entries, position],
  });
}

/** The last block, with when it was sealed: null before the first one. */
export async function readChainHead(tx: pg.ClientBase, programId: number): Promise<ChainHead & { sealedAt: Date | null }> {
  const { rows } = await tx.query<ChainHead & { sealedAt: Date | null }>({
    name: "ledger_chain_head",
    // The driver may read bigint as text: these are exact below 2^53.
    text: `select c.block::float8 as block, c.hash, c.entries::float8 as entries, b.sealed_at as "sealedAt"
             from ledger_chains c left join ledger_blocks b on b.program_id = c.program_id and b.block = c.block
            where c.program_id = $1`,
    values: [programId],
  });
  return rows[0] ?? { block: 0, hash: NO_HASH, entries: 0, sealedAt: null };
}
