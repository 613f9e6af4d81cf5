import type pg from "pg";
import { dayToDate } from "../../core/period.ts";
import { ACCOUNTS, ENTRY_KINDS, SOURCE_KINDS } from "../../ledger/accounts.ts";
import type { LotState } from "../../ledger/state.ts";
import type { DecidedBatch, TouchedMember } from "../batch-rows.ts";
import { columnsOf, timestamp } from "./columns.ts";
import { lookUpPlace } from "./places.ts";

type LotRow = { memberKey: number; lot: LotState };

/** Entries, lots, their uses and the activity of a batch, one statement a table. */
export function* ledgerStatements(batch: DecidedBatch): Iterable<pg.QueryConfig> {
  yield* entryStatements(batch);
  const lots = [...batch.touched.values()].flatMap(touchedLots);
  yield* newLotStatements(
    batch.programId,
    lots.filter(({ isNew }) => isNew),
  );
  yield* changedLotStatements(
    batch.programId,
    lots.filter(({ isNew }) => !isNew),
  );
  yield* activityStatements(batch);
}

function touchedLots({ state, storedEntrySeq, lots }: TouchedMember): (LotRow & { isNew: boolean })[] {
  return [...lots].flatMap((seq) => {
    const lot = state.lots.get(seq);
    return lot === undefined ? [] : [{ memberKey: state.key, lot, isNew: seq > storedEntrySeq }];
  });
}

function* entryStatements({ programId, added: { entries } }: DecidedBatch): Iterable<pg.QueryConfig> {
  if (entries.length === 0) return;
  yield {
    name: "insert_entries",
    text: `insert into entries (program_id, member_key, seq, wallet, kind, from_account, to_account, points, available_after, rule_set, occurred_at, source_kind, source_id)
           select $1, * from unnest($2::bigint[], $3::bigint[], $4::smallint[], $5::smallint[], $6::smallint[], $7::smallint[], $8::bigint[],
                                    $9::bigint[], $10::integer[], $11::timestamptz[], $12::smallint[], $13::text[])`,
    values: [
      programId,
      ...columnsOf(
        entries,
        ({ memberKey }) => memberKey,
        ({ seq }) => seq,
        ({ wallet }) => wallet,
        ({ kind }) => ENTRY_KINDS[kind],
        ({ from }) => ACCOUNTS[from],
        ({ to }) => ACCOUNTS[to],
        ({ points }) => points,
        ({ availableAfter }) => availableAfter,
        ({ ruleSet }) => ruleSet,
        ({ occurredAt }) => timestamp(occurredAt),
        ({ source }) => SOURCE_KINDS[source.kind],
        ({ source }) => source.id,
      ),
    ],
  };
  const uses = entries.flatMap(({ memberKey, seq, uses }) => uses.map((use) => ({ memberKey, seq, ...use })));
  if (uses.length === 0) return;
  yield {
    name: "insert_lot_uses",
    text: "insert into lot_uses (program_id, member_key, entry_seq, lot_seq, points) select $1, * from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])",
    values: [
      programId,
      ...columnsOf(
        uses,
        ({ memberKey }) => memberKey,
        ({ seq }) => seq,
        ({ lot }) => lot,
        ({ points }) => points,
      ),
    ],
  };
}

function* newLotStatements(programId: number, rows: readonly LotRow[]): Iterable<pg.QueryConfig> {
  if (rows.length === 0) return;
  yield {
    name: "insert_lots",
    text: `insert into lots (program_id, member_key, seq, wallet, granted, remaining, held, clawed_back, expired, is_pending, occurred_at, available_at, expires_at, source_kind, source_id, rule)
           select $1, * from unnest($2::bigint[], $3::bigint[], $4::smallint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::boolean[],
                                    $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::smallint[], $15::text[], $16::text[])`,
    values: [
      programId,
      ...columnsOf(
        rows,
        ({ memberKey }) => memberKey,
        ({ lot }) => lot.seq,
        ({ lot }) => lot.wallet,
        ({ lot }) => lot.granted,
        ({ lot }) => lot.remaining,
        ({ lot }) => lot.held,
        ({ lot }) => lot.clawedBack,
        ({ lot }) => lot.expired,
        ({ lot }) => lot.isPending,
        ({ lot }) => timestamp(lot.occurredAt),
        ({ lot }) => timestamp(lot.availableAt),
        ({ lot }) => timestamp(lot.expiresAt),
        ({ lot }) => SOURCE_KINDS[lot.source.kind],
        ({ lot }) => lot.source.id,
        ({ lot }) => lot.rule,
      ),
    ],
  };
}

function* changedLotStatements(programId: number, rows: readonly LotRow[]): Iterable<pg.QueryConfig> {
  if (rows.length === 0) return;
  yield {
    name: "update_lots",
    text: `update lots l set remaining = u.remaining, held = u.held, clawed_back = u.clawed_back, expired = u.expired, is_pending = u.is_pending,
                           available_at = u.available_at, expires_at = u.expires_at
             from (select * from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::boolean[],
                                        $9::timestamptz[], $10::timestamptz[])
                            s (member_key, seq, remaining, held, clawed_back, expired, is_pending, available_at, expires_at)
                   ${lookUpPlace("lots", "member_key = s.member_key and seq = s.seq")}) u
            where l.ctid = u.place and l.program_id = $1 and l.member_key = u.member_key`,
    values: [
      programId,
      ...columnsOf(
        rows,
        ({ memberKey }) => memberKey,
        ({ lot }) => lot.seq,
        ({ lot }) => lot.remaining,
        ({ lot }) => lot.held,
        ({ lot }) => lot.clawedBack,
        ({ lot }) => lot.expired,
        ({ lot }) => lot.isPending,
        ({ lot }) => timestamp(lot.availableAt),
        ({ lot }) => timestamp(lot.expiresAt),
      ),
    ],
  };
}

function* activityStatements({ programId, touched }: DecidedBatch): Iterable<pg.QueryConfig> {
  const rows = [...touched.values()].flatMap(({ state }) =>
    [...state.activity.values()].filter(({ added }) => added !== 0).map((day) => ({ memberKey: state.key, ...day })),
  );
  if (rows.length === 0) return;
  yield {
    name: "add_activity",
    text: `insert into activity as x (program_id, member_key, day, metric, amount)
           select $1, * from unnest($2::bigint[], $3::date[], $4::text[], $5::bigint[])
           on conflict (program_id, member_key, day, metric) do update set amount = x.amount + excluded.amount`,
    values: [
      programId,
      ...columnsOf(
        rows,
        ({ memberKey }) => memberKey,
        ({ day }) => dayToDate(day),
        ({ metric }) => metric,
        ({ added }) => added,
      ),
    ],
  };
}
