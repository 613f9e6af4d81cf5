import type pg from "pg";
import { lookUpIfAny } from "../db/look-ups.ts";
import type { MemberCheck } from "./checks/member-check.ts";
import type { MemberRange } from "./member-ranges.ts";
import { type Report, SHOWN_PER_STEP } from "./reporter.ts";

type Row = { member: string; wallet: string | null; subject: string | null; expected: string; actual: string; total: number };

/** Runs one check over one range of members; all differences are counted, the first ones shown. */
export async function runMemberCheck(
  client: pg.ClientBase,
  programId: number,
  check: MemberCheck,
  range: MemberRange,
  report: Report,
): Promise<void> {
  const { rows } = await client.query<Row>({
    name: `verify_members_${check.name}`,
    text: `
      select coalesce(members.id, '#' || found.member_key) as member, coalesce(wallets.id, '#' || found.wallet) as wallet, found.subject,
             coalesce(found.expected::text, 'none') as expected, coalesce(found.actual::text, 'none') as actual, (count(*) over ())::integer as total
        from (${check.sql}) as found
        ${lookUpIfAny("members", "members", "member_key = found.member_key")}
        left join wallets on wallets.program_id = $1 and wallets.wallet = found.wallet
       order by found.member_key, found.wallet, found.subject
       limit ${SHOWN_PER_STEP}`,
    values: [programId, range.from, range.to],
  });
  for (const { member, wallet, subject, expected, actual } of rows) {
    report.show({
      check: check.name,
      member,
      ...(wallet === null ? {} : { wallet }),
      ...(subject === null ? {} : { subject }),
      expected,
      actual,
    });
  }
  report.count((rows[0]?.total ?? 0) - rows.length);
}
