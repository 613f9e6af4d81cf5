import type pg from "pg";
import { keysOf, lookUp, lookUpMember } from "../../db/look-ups.ts";
import { LOT_COLUMNS } from "../../ledger/rows.ts";
import type { Instant } from "../../ledger/state.ts";

/** All open lots of members whose commands need them, and of those whose points the clock has changed. */
export const selectOpenLots = (programId: number, memberIds: string[], neededBy: string[], now: Instant): pg.QueryConfig => ({
  name: "load_open_lots",
  text: `select ${LOT_COLUMNS} from lots l
          where l.program_id = $1 and l.remaining > 0
            and l.member_key = any(${keysOf("$3")} || array(
                  select a.member_key from accounts a
                   where a.program_id = $1 and a.member_key = any(${keysOf("$2")}) and a.wallet = 1 and a.next_change_at <= $4::timestamptz))`,
  values: [programId, memberIds, neededBy, new Date(now)],
});

/** The lots that the points of these orders went into, spent ones too. */
export const selectOrderLots = (programId: number, memberIds: string[], orderIds: string[]): pg.QueryConfig => ({
  name: "load_order_lots",
  text: `select ${LOT_COLUMNS}
           from unnest($2::text[], $3::text[]) u (member_id, order_id)
           ${lookUpMember("member_id")}
           ${lookUp("orders", "o", "member_key = m.member_key and order_id = u.order_id")}
           ${lookUp("lots", "l", "member_key = m.member_key and seq = any(o.lots)")}`,
  values: [programId, memberIds, orderIds],
});
