import type pg from "pg";
import { HOLD_COLUMNS } from "../../ledger/hold-rows.ts";

/** The open holds of members, and those of their holds that commands name. */
export const selectHolds = (programId: number, memberKeys: readonly number[], holdIds: readonly string[]): pg.QueryConfig => ({
  name: "load_holds",
  text: `select ${HOLD_COLUMNS} from holds h where h.program_id = $1 and h.member_key = any($2::bigint[]) and h.status = 'open'
         union all
         select ${HOLD_COLUMNS} from holds h
          where h.program_id = $1 and h.member_key = any($2::bigint[]) and h.hold_id = any($3::text[]) and h.status <> 'open'`,
  values: [programId, memberKeys, holdIds],
});
