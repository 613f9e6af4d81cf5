import type pg from "pg";
import { lookUp } from "../../db/look-ups.ts";
import { ACCOUNT_NAMES, ENTRY_KIND_NAMES, SOURCE_KIND_NAMES } from "../../ledger/accounts.ts";
import { LOT_COLUMNS, type StoredLot } from "../../ledger/rows.ts";
import type { BookedEntry, LotUse } from "../../ledger/state.ts";
import { nameOf } from "../../ledger/stored-names.ts";

/** Members by their keys, each with an entry of theirs. */
type Asked = readonly { key: number; seq: number }[];

const OF_ASKED = `from unnest($2::bigint[], $3::bigint[]) u (member_key, seq)
           ${lookUp("entries", "e", "member_key = u.member_key and seq = u.seq")}`;

const valuesOf = (programId: number, asked: Asked) => [programId, asked.map(({ key }) => key), asked.map(({ seq }) => seq)];

type EntryRow = {
  member_key: number;
  seq: number;
  wallet: number;
  kind: number;
  from_account: number;
  to_account: number;
  points: number;
  occurred_at: Date;
  source_kind: number;
  source_id: string;
  uses: LotUse[] | null;
};

/** Entries with what they took of each lot. */
const selectEntries = (programId: number, asked: Asked): pg.QueryConfig => ({
  name: "load_entries",
  text: `select e.member_key, e.seq, e.wallet, e.kind, e.from_account, e.to_account, e.points, e.occurred_at, e.source_kind, e.source_id,
                (select json_agg(json_build_object('lot', x.lot_seq, 'points', x.points) order by x.lot_seq) from lot_uses x
                  where x.program_id = $1 and x.member_key = e.member_key and x.entry_seq = e.seq) as uses
           ${OF_ASKED}`,
  values: valuesOf(programId, asked),
});

/** The lots that entries made or took from, spent ones too. */
const selectEntryLots = (programId: number, asked: Asked): pg.QueryConfig => ({
  name: "load_entry_lots",
  text: `select ${LOT_COLUMNS} ${OF_ASKED}
           ${lookUp("lots", "l", "member_key = e.member_key and (seq = e.seq or seq in (select x.lot_seq from lot_uses x where x.program_id = $1 and x.member_key = e.member_key and x.entry_seq = e.seq))")}`,
  values: valuesOf(programId, asked),
});

export async function loadNamedEntries(
  client: pg.ClientBase,
  programId: number,
  asked: Asked,
): Promise<{ entries: EntryRow[]; lots: StoredLot[] }> {
  const [entries, lots] = await Promise.all([
    client.query<EntryRow>(selectEntries(programId, asked)),
    client.query<StoredLot>(selectEntryLots(programId, asked)),
  ]);
  return { entries: entries.rows, lots: lots.rows };
}

export const toEntry = (row: EntryRow): BookedEntry => ({
  seq: row.seq,
  wallet: row.wallet,
  kind: nameOf(ENTRY_KIND_NAMES, row.kind),
  from: nameOf(ACCOUNT_NAMES, row.from_account),
  to: nameOf(ACCOUNT_NAMES, row.to_account),
  points: row.points,
  occurredAt: row.occurred_at.getTime(),
  source: { kind: nameOf(SOURCE_KIND_NAMES, row.source_kind), id: row.source_id },
  uses: row.uses ?? [],
});
