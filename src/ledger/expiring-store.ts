import type pg from "pg";

type ExpiringRow = { member_key: number; member_id: string; wallet: number; points: number; first_expires_at: Date };

export type ExpiringPage = {
  now: Date;
  until: Date;
  /** Null: all of them. */
  wallet: number | null;
  /** The last row of the page before. */
  after: { memberKey: number; wallet: number } | undefined;
  limit: number;
};

/** Members with points that expire after `now` and before `until`, and one more where there is more; reads open lots in their order until the page is full. */
export async function listExpiringMembers(tx: pg.ClientBase, programId: number, page: ExpiringPage): Promise<ExpiringRow[]> {
  const { rows } = await tx.query<ExpiringRow>({
    name: "list_expiring_members",
    text: `select found.member_key, m.id as member_id, found.wallet, found.points, found.first_expires_at
             from (
               select member_key, wallet, sum(remaining - held)::bigint as points, min(expires_at) as first_expires_at
                 from lots
                where program_id = $1 and remaining > 0 and remaining > held and expires_at > $2 and expires_at < $3
                  and ($4::smallint is null or wallet = $4) and (member_key, wallet) > ($5::bigint, $6::smallint)
                group by member_key, wallet
                order by member_key, wallet limit $7) as found
             join members m on m.program_id = $1 and m.member_key = found.member_key
            order by found.member_key, found.wallet`,
    values: [programId, page.now, page.until, page.wallet, page.after?.memberKey ?? 0, page.after?.wallet ?? 0, page.limit + 1],
  });
  return rows;
}
