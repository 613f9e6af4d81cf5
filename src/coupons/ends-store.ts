import type pg from "pg";
import { dateToDay, dayToDate, type EpochDay } from "../core/period.ts";

/** A coupon of a member's that ends, or has; pages are in the order of end and code. */
export type EndingCoupon = { code: string; memberId: string; validUntil: Date };

/** The condition of the indexes that serve both pages. */
const UNUSED = "order_id is null and revoked_at is null and expired_at is null and valid_until is not null";

/** A page of unused coupons that have ended and of which nobody was told, from after `after` on. */
export async function pageOfDueCoupons(
  tx: pg.ClientBase,
  programId: number,
  { now, after, limit }: { now: Date; after: EndingCoupon | undefined; limit: number },
): Promise<EndingCoupon[]> {
  const { rows } = await tx.query<EndingCoupon>({
    name: "page_of_due_coupons",
    text: pageWhere("valid_until <= $2::timestamptz and (valid_until, code) > ($3::timestamptz, $4) order by valid_until, code limit $5"),
    values: [programId, now, after?.validUntil ?? "-infinity", after?.code ?? "", limit],
  });
  return rows;
}

/** A page of a definition's unused coupons that end at `from` or later and before `to`, from after `after` on. */
export async function pageOfEndingCoupons(
  tx: pg.ClientBase,
  programId: number,
  { coupon, from, to, after, limit }: { coupon: string; from: Date; to: Date; after: EndingCoupon | undefined; limit: number },
): Promise<EndingCoupon[]> {
  const { rows } = await tx.query<EndingCoupon>({
    name: "page_of_ending_coupons",
    text: pageWhere(
      `coupon = $2 and valid_until >= $3::timestamptz and valid_until < $4::timestamptz and (valid_until, code) > ($5::timestamptz, $6)
       order by valid_until, code limit $7`,
    ),
    values: [programId, coupon, from, to, after?.validUntil ?? "-infinity", after?.code ?? "", limit],
  });
  return rows;
}

const pageWhere = (condition: string): string =>
  `select c.code, m.id as "memberId", c.valid_until as "validUntil"
     from (select code, member_key, valid_until from coupons where program_id = $1 and ${UNUSED} and ${condition}) c
     join members m on m.program_id = $1 and m.member_key = c.member_key
    order by c.valid_until, c.code`;

/** Through which day each notice of a definition has been told. */
export async function toldCouponNotices(tx: pg.ClientBase, programId: number, coupon: string): Promise<Map<string, EpochDay>> {
  const { rows } = await tx.query<{ notice: string; day: string }>(
    "select notice, told_to as day from coupon_notice_days where program_id = $1 and coupon = $2",
    [programId, coupon],
  );
  return new Map(rows.map(({ notice, day }) => [notice, dateToDay(day)]));
}

export async function setCouponsToldTo(
  tx: pg.ClientBase,
  programId: number,
  { coupon, notice, day }: { coupon: string; notice: string; day: EpochDay },
): Promise<void> {
  await tx.query(
    `insert into coupon_notice_days (program_id, coupon, notice, told_to) values ($1, $2, $3, $4)
     on conflict (program_id, coupon, notice) do update set told_to = excluded.told_to`,
    [programId, coupon, notice, dayToDate(day)],
  );
}
