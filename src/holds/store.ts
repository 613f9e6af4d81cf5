import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { HOLD_COLUMNS, type StoredHold } from "../ledger/hold-rows.ts";
import type { Instant } from "../ledger/state.ts";

/** Errors: hold_not_found. */
export async function findHold(tx: pg.ClientBase, programId: number, memberKey: number, holdId: string): Promise<StoredHold> {
  const { rows } = await tx.query<StoredHold>({
    name: "find_hold",
    text: `select ${HOLD_COLUMNS} from holds h where h.program_id = $1 and h.member_key = $2 and h.hold_id = $3`,
    values: [programId, memberKey, holdId],
  });
  const [hold] = rows;
  if (hold === undefined) throw new LoyaltyError("hold_not_found", { holdId });
  return hold;
}

/** What a page of holds is of: `now` says which open ones are over. `before` is where the page before ended. */
export type HoldsPage = {
  memberKey: number;
  status: StoredHold["status"] | undefined;
  before: { at: string; id: string } | undefined;
  limit: number;
  now: Instant;
};

/** Newest first, and one more where there is more. */
export async function listHolds(tx: pg.ClientBase, programId: number, page: HoldsPage): Promise<StoredHold[]> {
  const { rows } = await tx.query<StoredHold>({
    name: "list_holds",
    text: `select ${HOLD_COLUMNS} from holds h
            where h.program_id = $1 and h.member_key = $2
              and ($3::text is null or $3 = case when h.status = 'open' and h.expires_at <= $4::timestamptz then 'expired' else h.status end)
              and ($5::timestamptz is null or (h.created_at, h.hold_id) < ($5::timestamptz, $6::text))
            order by h.created_at desc, h.hold_id desc limit $7`,
    values: [
      programId,
      page.memberKey,
      page.status ?? null,
      new Date(page.now),
      page.before?.at ?? null,
      page.before?.id ?? null,
      page.limit + 1,
    ],
  });
  return rows;
}

/** A member with a hold whose time is over; in the order of these. */
export type DueHold = { memberKey: number; memberId: string; expiresAt: Date };

/** Members with holds that were over at `now`, the longest overdue first, from after `after` on. */
export async function pageOfDueHolds(
  tx: pg.ClientBase,
  programId: number,
  { now, after, limit }: { now: Date; after: DueHold | undefined; limit: number },
): Promise<DueHold[]> {
  const { rows } = await tx.query<DueHold>({
    name: "page_of_due_holds",
    text: `select distinct on (h.expires_at, h.member_key) h.member_key as "memberKey", m.id as "memberId", h.expires_at as "expiresAt"
             from holds h
             join members m on m.program_id = $1 and m.member_key = h.member_key
            where h.program_id = $1 and h.status = 'open' and h.expires_at <= $2::timestamptz
              and (h.expires_at, h.member_key) > ($3::timestamptz, $4::bigint)
            order by h.expires_at, h.member_key limit $5`,
    values: [programId, now, after?.expiresAt ?? "-infinity", after?.memberKey ?? 0, limit],
  });
  return rows;
}
