import type pg from "pg";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf, timestamp, timestampOrNull } from "./columns.ts";

/** Coupons that members were given. */
export function* couponStatements({ programId, added: { coupons } }: DecidedBatch): Iterable<pg.QueryConfig> {
  if (coupons.length === 0) return;
  yield {
    name: "insert_coupons",
    text: `insert into coupons (program_id, member_key, code, coupon, rule_set, cause, source_id, rule, reason, actor, issued_at, valid_from, valid_until)
           select $1, * from unnest($2::bigint[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
                                    $11::timestamptz[], $12::timestamptz[], $13::timestamptz[])`,
    values: [
      programId,
      ...columnsOf(
        coupons,
        ({ memberKey }) => memberKey,
        ({ code }) => code,
        ({ coupon }) => coupon,
        ({ ruleSet }) => ruleSet,
        ({ cause }) => cause,
        ({ sourceId }) => sourceId,
        ({ rule }) => rule,
        ({ reason }) => reason,
        ({ actor }) => actor,
        ({ issuedAt }) => timestamp(issuedAt),
        ({ validFrom }) => timestamp(validFrom),
        ({ validUntil }) => timestampOrNull(validUntil),
      ),
    ],
  };
}
