import type pg from "pg";
import { ACCOUNT_NAMES, ENTRY_KIND_NAMES } from "./accounts.ts";
import type { MovedSum } from "./statement.ts";
import { ENTRY_COLUMNS, type StoredEntry } from "./store.ts";
import { nameOf } from "./stored-names.ts";

/** Half-open: `from` belongs to it, `until` does not. */
export type StatementTime = { memberKey: number; from: Date; until: Date };

type SumRow = {
  wallet: number;
  kind: number;
  from_account: number;
  to_account: number;
  is_before: boolean;
  movements: number;
  points: number;
};

const toSum = (row: SumRow): MovedSum => ({
  wallet: row.wallet,
  kind: nameOf(ENTRY_KIND_NAMES, row.kind),
  from: nameOf(ACCOUNT_NAMES, row.from_account),
  to: nameOf(ACCOUNT_NAMES, row.to_account),
  movements: row.movements,
  points: row.points,
});

/** What a member's entries add up to before and within a time. */
export async function selectMovedSums(
  tx: pg.ClientBase,
  programId: number,
  { memberKey, from, until }: StatementTime,
): Promise<{ before: MovedSum[]; within: MovedSum[] }> {
  const { rows } = await tx.query<SumRow>({
    name: "statement_sums",
    text: `select wallet, kind, from_account, to_account, occurred_at < $3 as is_before, count(*)::integer as movements, sum(points)::bigint as points
             from entries
            where program_id = $1 and member_key = $2 and occurred_at < $4
            group by wallet, kind, from_account, to_account, is_before`,
    values: [programId, memberKey, from, until],
  });
  return { before: rows.filter((row) => row.is_before).map(toSum), within: rows.filter((row) => !row.is_before).map(toSum) };
}

/** The movements of a time, oldest first; of more than `limit` the first ones. */
export async function selectMovements(
  tx: pg.ClientBase,
  programId: number,
  { memberKey, from, until }: StatementTime,
  limit: number,
): Promise<StoredEntry[]> {
  const { rows } = await tx.query<StoredEntry>({
    name: "statement_movements",
    text: `select ${ENTRY_COLUMNS} from entries
            where program_id = $1 and member_key = $2 and occurred_at >= $3 and occurred_at < $4
            order by occurred_at, seq limit $5`,
    values: [programId, memberKey, from, until, limit],
  });
  return rows;
}
