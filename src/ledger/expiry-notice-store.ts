import type pg from "pg";
import { dateToDay, dayToDate, type EpochDay } from "../core/period.ts";

/** A lot that will expire, and whose it is; pages are in the order of date and member. */
export type ExpiringLot = { memberKey: number; memberId: string; expiresAt: Date };

/** A page of a wallet's lots that expire at `from` or later and before `to`, from after `after` on. */
export async function pageOfExpiringLots(
  tx: pg.ClientBase,
  programId: number,
  { wallet, from, to, after, limit }: { wallet: number; from: Date; to: Date; after: ExpiringLot | undefined; limit: number },
): Promise<ExpiringLot[]> {
  const { rows } = await tx.query<ExpiringLot>({
    name: "page_of_expiring_lots",
    text: `select l.member_key as "memberKey", m.id as "memberId", l.expires_at as "expiresAt"
             from (select member_key, expires_at from lots
                    where program_id = $1 and remaining > 0 and expires_at < 'infinity' and wallet = $2 and remaining > held
                      and expires_at >= $3::timestamptz and expires_at < $4::timestamptz
                      and (expires_at, member_key) > ($5::timestamptz, $6::bigint)
                    order by expires_at, member_key limit $7) l
             join members m on m.program_id = $1 and m.member_key = l.member_key
            order by l.expires_at, l.member_key`,
    values: [programId, wallet, from, to, after?.expiresAt ?? "-infinity", after?.memberKey ?? 0, limit],
  });
  return rows;
}

/** Through which day each notice of a wallet has been told. */
export async function toldNotices(tx: pg.ClientBase, programId: number, wallet: number): Promise<Map<string, EpochDay>> {
  const { rows } = await tx.query<{ notice: string; day: string }>(
    "select notice, told_to as day from expiry_notice_days where program_id = $1 and wallet = $2",
    [programId, wallet],
  );
  return new Map(rows.map(({ notice, day }) => [notice, dateToDay(day)]));
}

export async function setToldTo(
  tx: pg.ClientBase,
  programId: number,
  { wallet, notice, day }: { wallet: number; notice: string; day: EpochDay },
): Promise<void> {
  await tx.query(
    `insert into expiry_notice_days (program_id, wallet, notice, told_to) values ($1, $2, $3, $4)
     on conflict (program_id, wallet, notice) do update set told_to = excluded.told_to`,
    [programId, wallet, notice, dayToDate(day)],
  );
}
