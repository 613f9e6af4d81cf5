import type pg from "pg";
import type { CouponState } from "../../coupons/coupon.ts";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf, timestamp, timestampOrNull } from "./columns.ts";
import { lookUpPlace } from "./places.ts";

/** Coupons that members were given, and those that orders use or release. */
export function* couponStatements({ programId, added, touched }: DecidedBatch): Iterable<pg.QueryConfig> {
  yield* newCouponStatements(programId, added.coupons);
  yield* usedCouponStatements(
    programId,
    [...touched.values()].flatMap(({ state, coupons }) => [...coupons].flatMap((code) => state.coupons.get(code) ?? [])),
  );
}

function* usedCouponStatements(programId: number, coupons: readonly CouponState[]): Iterable<pg.QueryConfig> {
  if (coupons.length === 0) return;
  yield {
    name: "update_coupons",
    text: `update coupons c set order_id = u.order_id, redeemed_at = u.redeemed_at
             from (select * from unnest($2::text[], $3::text[], $4::timestamptz[]) s (code, order_id, redeemed_at)
                   ${lookUpPlace("coupons", "code = s.code")}) u
            where c.ctid = u.place and c.program_id = $1`,
    values: [
      programId,
      ...columnsOf(
        coupons,
        ({ code }) => code,
        ({ redeemed }) => redeemed?.orderId ?? null,
        ({ redeemed }) => timestampOrNull(redeemed?.at ?? null),
      ),
    ],
  };
}

function* newCouponStatements(programId: number, coupons: DecidedBatch["added"]["coupons"]): Iterable<pg.QueryConfig> {
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
