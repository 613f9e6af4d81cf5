import type pg from "pg";
import { HOLD_COLUMNS } from "../../ledger/hold-rows.ts";
import type { Instant } from "../../ledger/state.ts";
import { keysOf } from "./keys.ts";

/** The open holds of members whose open lots are loaded, and those of them that commands name. */
export const selectHolds = (
  programId: number,
  memberIds: string[],
  { neededBy, holdIds, now }: { neededBy: string[]; holdIds: string[]; now: Instant },
): pg.QueryConfig => ({
  name: "load_holds",
  text: `select ${HOLD_COLUMNS} from holds h
          where h.program_id = $1 and h.status = 'open'
            and h.member_key = any(${keysOf("$3")} || array(
                  select a.member_key from accounts a
                   where a.program_id = $1 and a.member_key = any(${keysOf("$2")}) and a.wallet = 1 and a.next_change_at <= $5::timestamptz))
         union all
         select ${HOLD_COLUMNS} from holds h
          where h.program_id = $1 and h.member_key = any(${keysOf("$2")}) and h.hold_id = any($4::text[]) and h.status <> 'open'`,
  values: [programId, memberIds, neededBy, holdIds, new Date(now)],
});
