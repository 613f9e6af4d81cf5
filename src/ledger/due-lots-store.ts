import type pg from "pg";

/** A member with a lot whose date has come; pages are in the order of these two. */
export type DueLot = { memberKey: number; memberId: string; dueAt: Date };

/** What the clock does to lots, and the column that says when. */
export type LotChange = "activation" | "expiry";

const DUE = {
  activation: { at: "available_at", where: "l.is_pending" },
  // What is held of a lot expires when it is released.
  expiry: { at: "expires_at", where: "l.remaining > l.held" },
} as const;

/** A page of members whose lots are due at `now` in one way, oldest first, from after `after` on; each member once. */
export async function pageOfDueLots(
  tx: pg.ClientBase,
  programId: number,
  { change, now, after, limit }: { change: LotChange; now: Date; after: DueLot | undefined; limit: number },
): Promise<{ members: DueLot[]; last: DueLot | undefined; isFull: boolean }> {
  const { at, where } = DUE[change];
  const { rows } = await tx.query<DueLot>({
    name: `page_of_due_${change}`,
    text: `select l.member_key as "memberKey", m.id as "memberId", l.${at} as "dueAt"
             from (select l.member_key, l.${at} from lots l
                    where l.program_id = $1 and l.remaining > 0 and l.${at} < 'infinity' and ${where}
                      and l.${at} <= $2::timestamptz and (l.${at}, l.member_key) > ($3::timestamptz, $4::bigint)
                    order by l.${at}, l.member_key limit $5) l
             join members m on m.program_id = $1 and m.member_key = l.member_key
            order by l.${at}, l.member_key`,
    values: [programId, now, after?.dueAt ?? "-infinity", after?.memberKey ?? 0, limit],
  });
  const members = [...new Map(rows.toReversed().map((row) => [row.memberKey, row])).values()].reverse();
  return { members, last: rows.at(-1), isFull: rows.length === limit };
}
