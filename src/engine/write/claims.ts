import type pg from "pg";
import { REQUEST_KINDS } from "../../core/request-kinds.ts";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf } from "./columns.ts";

/** Gives back what the batch took and did not need: a refusal leaves no trace. */
export function* claimStatements({ programId, unusedClaims, correctedClaims, unusedPlaces }: DecidedBatch): Iterable<pg.QueryConfig> {
  if (unusedClaims.length > 0) {
    yield {
      name: "delete_claims",
      text: "delete from directory d using unnest($2::smallint[], $3::text[]) u (kind, id) where d.program_id = $1 and d.kind = u.kind and d.id = u.id and d.kind = any($2::smallint[]) and d.id = any($3::text[])",
      values: [
        programId,
        ...columnsOf(
          unusedClaims,
          ({ kind }) => REQUEST_KINDS[kind],
          ({ id }) => id,
        ),
      ],
    };
  }
  if (correctedClaims.length > 0) {
    yield {
      name: "correct_claims",
      text: `update directory d set hash = u.hash, member_key = u.member_key
               from unnest($2::smallint[], $3::text[], $4::uuid[], $5::bigint[]) u (kind, id, hash, member_key)
              where d.program_id = $1 and d.kind = u.kind and d.id = u.id and d.kind = any($2::smallint[]) and d.id = any($3::text[])`,
      values: [
        programId,
        ...columnsOf(
          correctedClaims,
          ({ kind }) => REQUEST_KINDS[kind],
          ({ id }) => id,
          ({ hash }) => hash,
          ({ memberKey }) => memberKey,
        ),
      ],
    };
  }
  if (unusedPlaces.length > 0) {
    const keys = unusedPlaces.map(({ key }) => key);
    yield {
      name: "delete_places",
      text: "delete from accounts where program_id = $1 and member_key = any($2::bigint[])",
      values: [programId, keys],
    };
    yield {
      name: "delete_members",
      text: "delete from members where program_id = $1 and member_key = any($2::bigint[])",
      values: [programId, keys],
    };
  }
}
