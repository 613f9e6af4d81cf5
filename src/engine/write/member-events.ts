import type pg from "pg";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf, jsonColumn, lotsLiteral, timestamp } from "./columns.ts";

export function* memberEventStatements(programId: number, rows: DecidedBatch["added"]["memberEvents"]): Iterable<pg.QueryConfig> {
  if (rows.length === 0) return;
  yield {
    name: "insert_member_events",
    text: `insert into member_events (program_id, member_key, event_id, type, occurred_at, lots, data, decision, answer)
           select $1, s.member_key, s.event_id, s.type, s.occurred_at, s.lots::bigint[], s.data, s.decision, s.answer
             from rows from (unnest($2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::text[]),
                    json_array_elements($7::json), json_array_elements($8::json), json_array_elements($9::json))
                  s (member_key, event_id, type, occurred_at, lots, data, decision, answer)`,
    values: [
      programId,
      ...columnsOf(
        rows,
        ({ memberKey }) => memberKey,
        ({ id }) => id,
        ({ type }) => type,
        ({ occurredAt }) => timestamp(occurredAt),
        ({ lots }) => lotsLiteral(lots),
      ),
      jsonColumn(rows, ({ data }) => data),
      jsonColumn(rows, ({ decision }) => decision),
      jsonColumn(rows, ({ answer }) => answer),
    ],
  };
}
