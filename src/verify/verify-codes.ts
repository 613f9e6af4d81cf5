import type pg from "pg";
import { lookUpIfAny } from "../db/look-ups.ts";
import { WHOLE_LIFE } from "../rules/limits/counter.ts";
import { type Report, SHOWN_PER_STEP } from "./reporter.ts";

type Row = { member: string | null; code: string; used: string; atMost: string | null; total: number };

/**
 * No code that is not bound to a member is used more often than it says, by all or by one (by each of those who have become one); and
 * what is used is a code. That the counters are what the orders use is said with those of rules.
 */
export async function verifyCodes(client: pg.ClientBase, programId: number, report: Report): Promise<void> {
  const { rows } = await client.query<Row>({
    name: "verify_coupon_codes",
    text: `select found.member, right(found.code, 4) as code, found.used::text as used, found.at_most::text as "atMost", (count(*) over ())::integer as total
             from (select members.id as member, used.code, used.used,
                          case when used.member_key = 0 then c.max_uses else coalesce(c.max_uses_per_member, c.max_uses) * used.people end as at_most
                     from (select member_key, split_part(substr(key, 6), ' ', 1) as code, used,
                                  1 + (select count(*) from members a where a.program_id = $1 and a.alias_of = counters.member_key) as people
                             from counters where program_id = $1 and key like 'code:%' and period = '${WHOLE_LIFE}') as used
                     left join coupon_codes c on c.program_id = $1 and c.code = used.code
                     ${lookUpIfAny("members", "members", "member_key = used.member_key")}) as found
            where found.used > coalesce(found.at_most, 0)
            order by found.code, found.member
            limit ${SHOWN_PER_STEP}`,
    values: [programId],
  });
  for (const { member, code, used, atMost } of rows) {
    const expected = atMost === null ? "no uses: there is no such code" : `at most ${atMost}`;
    report.show({ check: "coupon_code_uses", ...(member !== null && { member }), subject: `code …${code}`, expected, actual: used });
  }
  report.count((rows[0]?.total ?? 0) - rows.length);
}
