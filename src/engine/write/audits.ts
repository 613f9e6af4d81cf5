import type pg from "pg";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf, jsonColumn } from "./columns.ts";

/** Who changed which member by hand. */
export function* auditStatements({ programId, audits }: DecidedBatch): Iterable<pg.QueryConfig> {
  if (audits.length === 0) return;
  yield {
    name: "insert_audits",
    text: `insert into audit (program_id, actor, request_id, action, target_kind, member_key, before, after)
           select $1, u.actor, u.request_id, u.action, 'member', u.member_key, nullif(j.value ->> 'before', '')::json, (j.value -> 'after')
             from unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) with ordinality u (actor, request_id, action, member_key, n)
             join json_array_elements($6::json) with ordinality j (value, n) using (n) order by n`,
    values: [
      programId,
      ...columnsOf(
        audits,
        ({ actor }) => actor,
        ({ requestId }) => requestId,
        ({ action }) => action,
        ({ memberKey }) => memberKey,
      ),
      jsonColumn(audits, ({ before, after }) => ({ before, after })),
    ],
  };
}
