import type pg from "pg";
import { assert } from "../../core/assert.ts";
import { SOURCE_KIND_NAMES } from "../../ledger/accounts.ts";
import type { Instant, LotState } from "../../ledger/state.ts";
import { toInstant } from "./accounts.ts";
import { keysOf, lookUp, lookUpMember } from "./keys.ts";

export type LotRow = {
  member_key: number;
  seq: number;
  wallet: number;
  granted: number;
  remaining: number;
  clawed_back: number;
  expired: number;
  is_pending: boolean;
  occurred_at: Date;
  available_at: Date;
  expires_at: Date | number;
  source_kind: number;
  source_id: string;
};

const COLUMNS = `l.member_key, l.seq, l.wallet, l.granted, l.remaining, l.clawed_back, l.expired, l.is_pending,
       l.occurred_at, l.available_at, l.expires_at, l.source_kind, l.source_id`;

/** All open lots of members whose commands need them, and of those whose points the clock has changed. */
export const selectOpenLots = (programId: number, memberIds: string[], neededBy: string[], now: Instant): pg.QueryConfig => ({
  name: "load_open_lots",
  text: `select ${COLUMNS} from lots l
          where l.program_id = $1 and l.remaining > 0
            and l.member_key = any(${keysOf("$3")} || array(
                  select a.member_key from accounts a
                   where a.program_id = $1 and a.member_key = any(${keysOf("$2")}) and a.wallet = 1 and a.next_change_at <= $4::timestamptz))`,
  values: [programId, memberIds, neededBy, new Date(now)],
});

/** The lots that the points of these orders went into, spent ones too. */
export const selectOrderLots = (programId: number, memberIds: string[], orderIds: string[]): pg.QueryConfig => ({
  name: "load_order_lots",
  text: `select ${COLUMNS}
           from unnest($2::text[], $3::text[]) u (member_id, order_id)
           ${lookUpMember("member_id")}
           ${lookUp("orders", "o", "member_key = m.member_key and order_id = u.order_id")}
           ${lookUp("lots", "l", "member_key = m.member_key and seq = any(o.lots)")}`,
  values: [programId, memberIds, orderIds],
});

export function toLot(row: LotRow): LotState {
  const kind = SOURCE_KIND_NAMES.get(row.source_kind);
  assert(kind !== undefined, "the source of a stored lot is known");
  return {
    seq: row.seq,
    wallet: row.wallet,
    granted: row.granted,
    remaining: row.remaining,
    clawedBack: row.clawed_back,
    expired: row.expired,
    isPending: row.is_pending,
    occurredAt: row.occurred_at.getTime(),
    availableAt: row.available_at.getTime(),
    expiresAt: toInstant(row.expires_at),
    source: { kind, id: row.source_id },
  };
}
