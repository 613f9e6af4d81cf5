import type pg from "pg";
import { PROGRAM_ACCOUNTS, SOURCE_KIND_NAMES } from "../ledger/accounts.ts";
import { type Report, SHOWN_PER_STEP } from "./reporter.ts";

const { clearing } = PROGRAM_ACCOUNTS;

type Row = { kind: number; id: string; wallet: string; left: string; total: number };

/** Both sides of what goes from member to member carry the command's source: for each of them as much leaves clearing as enters it. */
export async function verifyClearing(client: pg.ClientBase, programId: number, report: Report): Promise<void> {
  const { rows } = await client.query<Row>({
    name: "verify_clearing",
    text: `select found.kind, found.id, coalesce(wallets.id, '#' || found.wallet) as wallet, found.left::text as left, (count(*) over ())::integer as total
             from (select source_kind as kind, source_id as id, wallet, sum(case when to_account = ${clearing} then points else -points end) as left
                     from entries where program_id = $1 and ${clearing} in (from_account, to_account)
                    group by source_kind, source_id, wallet) as found
             left join wallets on wallets.program_id = $1 and wallets.wallet = found.wallet
            where found.left <> 0
            order by found.kind, found.id, found.wallet
            limit ${SHOWN_PER_STEP}`,
    values: [programId],
  });
  for (const { kind, id, wallet, left } of rows) {
    report.show({ check: "clearing", wallet, subject: `${SOURCE_KIND_NAMES.get(kind) ?? `#${kind}`} ${id}`, expected: "0", actual: left });
  }
  report.count((rows[0]?.total ?? 0) - rows.length);
}
