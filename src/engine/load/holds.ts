import type pg from "pg";
import { lookUp, lookUpMember } from "../../db/look-ups.ts";
import { HOLD_COLUMNS } from "../../ledger/hold-rows.ts";
import { LOT_COLUMNS } from "../../ledger/rows.ts";

/** The open holds of members, and those of their holds that commands name. */
export const selectHolds = (programId: number, memberKeys: readonly number[], holdIds: readonly string[]): pg.QueryConfig => ({
  name: "load_holds",
  text: `select ${HOLD_COLUMNS} from holds h where h.program_id = $1 and h.member_key = any($2::bigint[]) and h.status = 'open'
         union all
         select ${HOLD_COLUMNS} from holds h
          where h.program_id = $1 and h.member_key = any($2::bigint[]) and h.hold_id = any($3::text[]) and h.status <> 'open'`,
  values: [programId, memberKeys, holdIds],
});

/** The lots that these holds reserve points of. */
export const selectHoldLots = (programId: number, holds: readonly { id: string; holdId: string }[]): pg.QueryConfig => ({
  name: "load_hold_lots",
  text: `select ${LOT_COLUMNS}
           from unnest($2::text[], $3::text[]) u (member_id, hold_id)
           ${lookUpMember("member_id")}
           ${lookUp("holds", "h", "member_key = m.member_key and hold_id = u.hold_id")}
           ${lookUp("lots", "l", "member_key = m.member_key and seq = any(array(select (use ->> 'lot')::bigint from json_array_elements(h.uses) use))")}`,
  values: [programId, holds.map(({ id }) => id), holds.map(({ holdId }) => holdId)],
});
