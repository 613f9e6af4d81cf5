import type pg from "pg";
import { lookUpIfAny } from "../db/look-ups.ts";
import { BEFORE_ALL, type BlockHead, blockHash, NO_HASH, type SealedSpan, type Span } from "../ledger-chain/block-hash.ts";
import { hashSpans } from "../ledger-chain/hash-spans.ts";
import { type ChainHead, readChainHead } from "../ledger-chain/store.ts";
import type { VerifiedChain } from "./difference.ts";
import { compare, type Report } from "./reporter.ts";

/** A block that somebody has exported: it must still be part of the chain. `hash` in hexadecimal digits. */
export type ExportedHead = { block: number; hash: string };

const SPANS_PER_STEP = 1_000;
const BLOCKS_PER_STEP = 100;

type Checked = { client: pg.ClientBase; programId: number; report: Report };
type StoredSpan = Span & { member: string; block: number; sealed: Buffer };
type StoredBlock = BlockHead & { hash: Buffer };

const hex = (hash: Buffer): string => hash.toString("hex");

/** Computes what each block covers from the entries, each block from what it covers, and follows the chain from its beginning to its end. */
export async function verifyChain(checked: Checked, exported: ExportedHead | undefined): Promise<VerifiedChain> {
  const { client, programId, report } = checked;
  const entries = await verifySealedEntries(checked);
  const last = await verifyBlocks(checked, exported);
  const head = await readChainHead(client, programId);
  compare(report, { check: "chain_head", subject: "last block", expected: said(last), actual: said(head) });
  if (exported !== undefined && exported.block > last.block) {
    const subject = `exported block ${exported.block}`;
    report.show({ check: "chain_head", subject, expected: exported.hash, actual: `the chain ends with block ${last.block}` });
  }
  return { blocks: last.block, entries, unsealed: (await countEntries(checked)) - entries };
}

const said = ({ block, hash, entries }: ChainHead): string => `block ${block} ${hex(hash)}, ${entries} entries`;

async function countEntries({ client, programId }: Checked): Promise<number> {
  const { rows } = await client.query<{ entries: number }>("select count(*)::float8 as entries from entries where program_id = $1", [
    programId,
  ]);
  return rows[0]?.entries ?? 0;
}

/** Answers how many entries the blocks cover. */
async function verifySealedEntries({ client, programId, report }: Checked): Promise<number> {
  let entries = 0;
  let page: StoredSpan[] = [];
  do {
    page = await spansBehind({ client, programId }, page.at(-1));
    for await (const span of hashSpans(client, programId, page)) {
      entries += span.entries;
      const { member, block, afterSeq, lastSeq } = span;
      const subject = `entries ${Math.max(afterSeq, 0) + 1} to ${lastSeq}, block ${block}`;
      compare(report, { check: "sealed_entries", member, subject, expected: hex(span.sealed), actual: hex(span.hash) });
    }
  } while (page.length === SPANS_PER_STEP);
  return entries;
}

/** Every entry of a member is in one span: each begins behind the one before, the first one with whatever is first. */
async function spansBehind({ client, programId }: Omit<Checked, "report">, last: StoredSpan | undefined): Promise<StoredSpan[]> {
  const { rows } = await client.query<Omit<StoredSpan, "afterSeq">>({
    name: "verify_sealed_spans",
    text: `select s.member_key::float8 as "memberKey", coalesce(members.id, '#' || s.member_key) as member, s.last_seq::float8 as "lastSeq",
                  s.block::float8 as block, s.hash as sealed
             from (select member_key, last_seq, block, hash from ledger_block_members
                    where program_id = $1 and (member_key, last_seq) > ($2::bigint, $3::bigint)
                    order by member_key, last_seq limit ${SPANS_PER_STEP}) s
             ${lookUpIfAny("members", "members", "member_key = s.member_key")}
            order by s.member_key, s.last_seq`,
    values: [programId, last?.memberKey ?? -1, last?.lastSeq ?? -1],
  });
  let before = last;
  return rows.map((row) => {
    const span = { ...row, afterSeq: before?.memberKey === row.memberKey ? before.lastSeq : BEFORE_ALL };
    before = span;
    return span;
  });
}

/** Follows the chain. Answers its last block. */
async function verifyBlocks({ client, programId, report }: Checked, exported: ExportedHead | undefined): Promise<ChainHead> {
  let last: ChainHead = { block: 0, hash: NO_HASH, entries: 0 };
  let page: StoredBlock[] = [];
  do {
    page = await blocksBehind(client, programId, last.block);
    for (const { hash, ...stored } of page) {
      const subject = `block ${stored.block}`;
      if (stored.block !== last.block + 1) {
        report.show({ check: "chain", subject, expected: `block ${last.block + 1}`, actual: subject });
      }
      compare(report, { check: "chain", subject: `${subject}: the hash before`, expected: hex(last.hash), actual: hex(stored.previous) });
      const computed = blockHash(stored, await spansOf(client, programId, stored.block));
      compare(report, { check: "chain", subject, expected: hex(computed), actual: hex(hash) });
      if (exported?.block === stored.block) {
        compare(report, { check: "chain_head", subject: `exported ${subject}`, expected: exported.hash, actual: hex(hash) });
      }
      last = { block: stored.block, hash, entries: last.entries + stored.entries };
    }
  } while (page.length === BLOCKS_PER_STEP);
  return last;
}

async function blocksBehind(client: pg.ClientBase, programId: number, after: number): Promise<StoredBlock[]> {
  const { rows } = await client.query<StoredBlock>({
    name: "verify_blocks",
    text: `select block::float8 as block, previous, hash, entries::float8 as entries, sealed_at as "sealedAt"
             from ledger_blocks where program_id = $1 and block > $2 order by block limit ${BLOCKS_PER_STEP}`,
    values: [programId, after],
  });
  return rows;
}

async function spansOf(client: pg.ClientBase, programId: number, block: number): Promise<SealedSpan[]> {
  const { rows } = await client.query<SealedSpan>({
    name: "verify_block_members",
    text: `select member_key::float8 as "memberKey", last_seq::float8 as "lastSeq", hash
             from ledger_block_members where program_id = $1 and block = $2 order by member_key, last_seq`,
    values: [programId, block],
  });
  return rows;
}
