import type pg from "pg";
import type { CouponState } from "../../coupons/coupon.ts";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf, timestamp, timestampOrNull } from "./columns.ts";
import { lookUpPlace } from "./places.ts";

/** Coupons that members were given, and those that orders use or release, that were taken back, or whose end is announced. */
export function* couponStatements({ programId, added, touched }: DecidedBatch): Iterable<pg.QueryConfig> {
  const states = new Map(
    [...touched.values()].flatMap(({ state, coupons }) =>
      [...coupons].flatMap((code) => {
        const coupon = state.coupons.get(code);
        return coupon === undefined ? [] : [[code, { ...coupon, memberKey: state.key }] as const];
      }),
    ),
  );
  yield* newCouponStatements(programId, added.coupons, states);
  for (const { code } of added.coupons) states.delete(code);
  yield* changedCouponStatements(programId, [...states.values()]);
}

function* changedCouponStatements(programId: number, coupons: readonly (CouponState & { memberKey: number })[]): Iterable<pg.QueryConfig> {
  if (coupons.length === 0) return;
  yield {
    name: "update_coupons",
    text: `update coupons c set order_id = u.order_id, redeemed_at = u.redeemed_at, revoked_at = u.revoked_at, expired_at = u.expired_at
             from (select * from unnest($2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[])
                    s (member_key, code, order_id, redeemed_at, revoked_at, expired_at)
                   ${lookUpPlace("coupons", "code = s.code and member_key = s.member_key")}) u
            where c.ctid = u.place and c.program_id = $1 and c.member_key = u.member_key`,
    values: [
      programId,
      ...columnsOf(
        coupons,
        ({ memberKey }) => memberKey,
        ({ code }) => code,
        ({ redeemed }) => redeemed?.orderId ?? null,
        ({ redeemed }) => timestampOrNull(redeemed?.at ?? null),
        ({ revokedAt }) => timestampOrNull(revokedAt),
        ({ expiredAt }) => timestampOrNull(expiredAt),
      ),
    ],
  };
}

/** With what later commands of the same batch made of them. */
function* newCouponStatements(
  programId: number,
  coupons: DecidedBatch["added"]["coupons"],
  states: ReadonlyMap<string, CouponState>,
): Iterable<pg.QueryConfig> {
  if (coupons.length === 0) return;
  yield {
    name: "insert_coupons",
    text: `insert into coupons (program_id, member_key, code, coupon, rule_set, cause, source_id, rule, reason, actor, issued_at, valid_from, valid_until,
                                order_id, redeemed_at, revoked_at, expired_at)
           select $1, * from unnest($2::bigint[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
                                    $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::text[], $15::timestamptz[], $16::timestamptz[],
                                    $17::timestamptz[])`,
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
        ({ code }) => states.get(code)?.redeemed?.orderId ?? null,
        ({ code }) => timestampOrNull(states.get(code)?.redeemed?.at ?? null),
        ({ code }) => timestampOrNull(states.get(code)?.revokedAt ?? null),
        ({ code }) => timestampOrNull(states.get(code)?.expiredAt ?? null),
      ),
    ],
  };
}
