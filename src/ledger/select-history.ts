import type pg from "pg";
import type { HistoricLot, History, MovedPoints } from "./balance-as-of.ts";
import { HOLD_COLUMNS, type StoredHold } from "./hold-rows.ts";

/** What had happened until one instant, as far as it was recorded until another; null is without an end. */
export type HistoryWindow = { memberKey: number; occurredUntil: Date | null; recordedUntil: Date | null };

// What was accrued, spent and so on in total is that of all who had become one by then: the entries of an alias, to their last one.
const MOVED = `
  with recursive merged (member_key) as (
    select $2::bigint
    union
    select m.from_key from merges m join merged on merged.member_key = m.member_key
     where m.program_id = $1 and m.merged_at <= $3 and m.recorded_at <= $4 and (m.undone_at is null or m.undone_at > least($3, $4))
  )
  select wallet, kind, from_account, to_account, sum(points)::bigint as points
    from entries
   where program_id = $1 and member_key in (select member_key from merged) and occurred_at <= $3 and recorded_at <= $4
   group by wallet, kind, from_account, to_account`;

// Accounts 1 to 3 are available, pending and held, whose points are in lots; kind 2 from source 7 is the activation of the lot that source_id names: src/ledger/accounts.ts.
const LOTS = `
  with known as materialized (
    select seq, kind, from_account, to_account, source_kind, source_id
      from entries where program_id = $1 and member_key = $2 and occurred_at <= $3 and recorded_at <= $4
  ), used as (
    select u.lot_seq, sum(case when k.from_account > 3 then -u.points when k.to_account > 3 then u.points else 0 end) as points,
           sum(case when k.to_account = 3 then u.points when k.from_account = 3 then -u.points else 0 end) as held
      from lot_uses u join known k on k.seq = u.entry_seq
     where u.program_id = $1 and u.member_key = $2
     group by u.lot_seq
  )
  select l.seq, l.wallet, (l.granted - coalesce(used.points, 0))::bigint as remaining, coalesce(used.held, 0)::bigint as held, l.available_at, l.expires_at,
         created.to_account = 2
           and not exists (select from known a where a.kind = 2 and a.source_kind = 7 and a.source_id = l.seq::text) as is_pending
    from lots l
    join known created on created.seq = l.seq
    left join used on used.lot_seq = l.seq
   where l.program_id = $1 and l.member_key = $2 and l.granted > coalesce(used.points, 0)`;

// Kind 9 from source 10 opens the hold that source_id names; 10 and 11 resolve it.
const HOLDS = `
  with known as materialized (
    select kind, source_id from entries
     where program_id = $1 and member_key = $2 and occurred_at <= $3 and recorded_at <= $4 and source_kind = 10
  )
  select ${HOLD_COLUMNS} from holds h
   where h.program_id = $1 and h.member_key = $2
     and exists (select from known k where k.kind = 9 and k.source_id = h.hold_id)
     and not exists (select from known k where k.kind in (10, 11) and k.source_id = h.hold_id)`;

const TIER = `
  select to_tier as tier
    from tier_changes
   where program_id = $1 and member_key = $2 and occurred_at <= $3 and recorded_at <= $4
   order by occurred_at desc, version desc, n desc limit 1`;

const VERSION = "select version from accounts where program_id = $1 and member_key = $2 and wallet = 1";

/** Everything that a balance of the past is made of. */
export async function selectHistory(tx: pg.ClientBase, programId: number, window: HistoryWindow): Promise<History> {
  const values = [programId, window.memberKey, window.occurredUntil ?? "infinity", window.recordedUntil ?? "infinity"];
  const moved = await tx.query<MovedPoints>({ name: "history_moved", text: MOVED, values });
  const lots = await tx.query<HistoricLot>({ name: "history_lots", text: LOTS, values });
  const holds = await tx.query<StoredHold>({ name: "history_holds", text: HOLDS, values });
  const tiers = await tx.query<{ tier: string }>({ name: "history_tier", text: TIER, values });
  const versions = await tx.query<{ version: number }>({ name: "history_version", text: VERSION, values: values.slice(0, 2) });
  return {
    moved: moved.rows,
    lots: lots.rows,
    holds: holds.rows,
    tier: tiers.rows[0]?.tier ?? null,
    version: versions.rows[0]?.version ?? 0,
  };
}
