import type pg from "pg";
import { lookUpIfAny } from "../db/look-ups.ts";
import { ENTRY_KINDS, SOURCE_KINDS } from "../ledger/accounts.ts";
import { type TransferPeriod, transferKey } from "../transfers/limits.ts";
import { countedFor } from "./checks/member-check.ts";
import type { CounterSums } from "./counter-sums.ts";
import type { MemberRange } from "./member-ranges.ts";

type Row = { memberKey: string; member: string; wallet: string; per: TransferPeriod; period: string; points: number };

/** Adds up what the members of a range have sent in each local day and month: what counters of transfers say. */
export async function addTransfers(
  client: pg.ClientBase,
  { programId, timeZone, counters }: { programId: number; timeZone: string; counters: CounterSums },
  { from, to }: MemberRange,
): Promise<void> {
  const { rows } = await client.query<Row>({
    name: "verify_transfers",
    text: `select entries.member_key::text as "memberKey", coalesce(members.id, '#' || entries.member_key) as member,
                  wallets.id as wallet, unit.per, date_trunc(unit.per, entries.occurred_at at time zone $4)::date::text as period, sum(entries.points)::bigint as points
             from ${countedFor("entries", "wallet, kind, source_kind, occurred_at, points")} as entries
            cross join (values ('day'), ('month')) as unit (per)
             join wallets on wallets.program_id = $1 and wallets.wallet = entries.wallet
             ${lookUpIfAny("members", "members", "member_key = entries.member_key")}
            where entries.kind in (${ENTRY_KINDS.transfer_out}, ${ENTRY_KINDS.transfer_fee}) and entries.source_kind = ${SOURCE_KINDS.transfer}
            group by entries.member_key, members.id, wallets.id, unit.per, 5`,
    values: [programId, from, to, timeZone],
  });
  for (const { memberKey, member, wallet, per, period, points } of rows) {
    counters.add({ memberKey, member, uses: [{ for: "member", key: transferKey(per, wallet), period }], kept: [Number(points)] });
  }
}
