import type pg from "pg";
import { LOT_COLUMNS, type StoredLot } from "./rows.ts";

/** A row of `entries`. */
export type StoredEntry = {
  seq: number;
  wallet: number;
  kind: number;
  from_account: number;
  to_account: number;
  points: number;
  available_after: number;
  rule_set: number;
  occurred_at: Date;
  recorded_at: Date;
  source_kind: number;
  source_id: string;
};

/** Rows of one member before a sequence number, newest first, and one more where there is more. */
export type LedgerPage = { memberKey: number; wallet: number | null; before: number | null; limit: number };

export async function listEntries(tx: pg.ClientBase, programId: number, page: LedgerPage): Promise<StoredEntry[]> {
  const { rows } = await tx.query<StoredEntry>({
    name: "list_entries",
    text: `select seq, wallet, kind, from_account, to_account, points, available_after, rule_set, occurred_at, recorded_at, source_kind, source_id
             from entries
            where program_id = $1 and member_key = $2 and ($3::smallint is null or wallet = $3) and ($4::bigint is null or seq < $4)
            order by seq desc limit $5`,
    values: [programId, page.memberKey, page.wallet, page.before, page.limit + 1],
  });
  return rows;
}

/** With `openAt`, only lots that hold points at that instant. */
export async function listLots(tx: pg.ClientBase, programId: number, page: LedgerPage & { openAt: Date | null }): Promise<StoredLot[]> {
  const open = page.openAt === null ? "" : "and remaining > 0 and expires_at > $6";
  const { rows } = await tx.query<StoredLot>({
    name: page.openAt === null ? "list_all_lots" : "list_open_lots",
    text: `select ${LOT_COLUMNS}
             from lots l
            where program_id = $1 and member_key = $2 and ($3::smallint is null or wallet = $3) and ($4::bigint is null or seq < $4) ${open}
            order by seq desc limit $5`,
    values: [programId, page.memberKey, page.wallet, page.before, page.limit + 1, ...(page.openAt === null ? [] : [page.openAt])],
  });
  return rows;
}
