import type pg from "pg";
import { type Report, SHOWN_PER_STEP } from "./reporter.ts";

type Row = {
  check: "coupon_batch_codes" | "coupon_batch_finished" | "coupon_batch_terms";
  batch: string;
  expected: string;
  actual: string;
  total: number;
};

/**
 * Each batch has as many codes as it says, all that were asked for where it is finished, and each of its codes has its terms. A code
 * of a batch that there is not has no terms at all.
 */
export async function verifyCouponBatches(client: pg.ClientBase, programId: number, report: Report): Promise<void> {
  const { rows } = await client.query<Row>({
    name: "verify_coupon_batches",
    text: `with counted as (
             select c.batch_id, count(*) as codes,
                    count(*) filter (where b.batch_id is null
                      or (c.coupon, c.max_uses, c.max_uses_per_member, c.valid_from, c.valid_until)
                         is distinct from (b.coupon, b.max_uses, b.max_uses_per_member, b.valid_from, b.valid_until)) as others
               from coupon_codes c left join coupon_batches b on b.program_id = c.program_id and b.batch_id = c.batch_id
              where c.program_id = $1 and c.batch_id is not null
              group by c.batch_id
           ), found as (
             select 'coupon_batch_codes' as "check", b.batch_id as batch, coalesce(n.codes, 0)::text as expected, b.written::text as actual
               from coupon_batches b left join counted n using (batch_id)
              where b.program_id = $1 and b.written <> coalesce(n.codes, 0)
             union all
             select 'coupon_batch_finished', batch_id, case when finished_at is null then 'fewer than ' else '' end || coalesce(codes::text, 'unfinished'), written::text
               from coupon_batches where program_id = $1 and (finished_at is not null) <> (codes is not null and written = codes)
             union all
             select 'coupon_batch_terms', batch_id, '0 codes with other terms', others::text from counted where others > 0
           )
           select found.*, (count(*) over ())::integer as total from found order by batch, "check" limit ${SHOWN_PER_STEP}`,
    values: [programId],
  });
  for (const { check, batch, expected, actual } of rows) report.show({ check, subject: `batch ${batch}`, expected, actual });
  report.count((rows[0]?.total ?? 0) - rows.length);
}
