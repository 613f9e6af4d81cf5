import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import type { RedemptionStatus } from "./redemption.ts";
import { REDEMPTION_COLUMNS, type RedemptionRow } from "./rows.ts";

export type StoredRedemption = RedemptionRow & { member_id: string };

const SELECT = `select ${REDEMPTION_COLUMNS}, m.id as member_id
  from redemptions d join members m on m.program_id = d.program_id and m.member_key = d.member_key`;

/**
 * The directory says whose a redemption is (kind 19: src/core/request-kinds.ts).
 * Errors: redemption_not_found.
 */
export async function findRedemption(tx: pg.ClientBase, programId: number, redemptionId: string): Promise<StoredRedemption> {
  const { rows } = await tx.query<StoredRedemption>({
    name: "find_redemption",
    text: `${SELECT} join directory c on c.program_id = d.program_id and c.member_key = d.member_key and c.id = d.redemption_id
            where c.program_id = $1 and c.kind = 19 and c.id = $2`,
    values: [programId, redemptionId],
  });
  const [redemption] = rows;
  if (redemption === undefined) throw new LoyaltyError("redemption_not_found", { redemptionId });
  return redemption;
}

/** The redemption of a code: the open one, else the latest that had it. Errors: code_unknown. */
export async function findRedemptionOfCode(tx: pg.ClientBase, programId: number, codeHash: string): Promise<StoredRedemption> {
  const { rows } = await tx.query<StoredRedemption>({
    name: "find_redemption_of_code",
    text: `${SELECT} where d.program_id = $1 and d.code_hash = $2 order by (d.status = 'issued') desc, d.redeemed_at desc limit 1`,
    values: [programId, codeHash],
  });
  const [redemption] = rows;
  if (redemption === undefined) throw new LoyaltyError("code_unknown");
  return redemption;
}

/** Redemptions are listed by time, then by id: the last one of a page. */
export type RedemptionPosition = { redeemedAt: string; redemptionId: string };

export type RedemptionFilters = {
  memberKey?: number | undefined;
  reward?: string | undefined;
  status?: RedemptionStatus | undefined;
  before: RedemptionPosition | undefined;
  limit: number;
};

/** Newest first. */
export async function listRedemptions(tx: pg.ClientBase, programId: number, filters: RedemptionFilters): Promise<StoredRedemption[]> {
  const { memberKey, reward, status, before, limit } = filters;
  const conditions: [string, unknown][] = [
    ["d.member_key =", memberKey],
    ["d.reward =", reward],
    ["d.status =", status],
  ];
  const values: unknown[] = [programId];
  const where = conditions.flatMap(([condition, value]) => (value === undefined ? [] : [`${condition} $${values.push(value)}`]));
  if (before !== undefined) {
    where.push(`(d.redeemed_at, d.redemption_id) < ($${values.push(before.redeemedAt)}, $${values.push(before.redemptionId)})`);
  }
  const { rows } = await tx.query<StoredRedemption>({
    text: `${SELECT} where ${["d.program_id = $1", ...where].join(" and ")}
            order by d.redeemed_at desc, d.redemption_id desc limit $${values.push(limit)}`,
    values,
  });
  return rows;
}

/** Redemptions of a member that gave a privilege and were not taken back. */
export async function listGivenEntitlements(tx: pg.ClientBase, programId: number, memberKey: number): Promise<StoredRedemption[]> {
  const { rows } = await tx.query<StoredRedemption>({
    name: "list_given_entitlements",
    text: `${SELECT} where d.program_id = $1 and d.member_key = $2 and d.status = 'fulfilled' and d.gives ->> 'kind' = 'entitlement'
            order by d.redeemed_at, d.redemption_id`,
    values: [programId, memberKey],
  });
  return rows;
}

export type DueRedemption = { member_key: number; member_id: string; redemption_id: string; expires_at: Date };

/** Open redemptions whose time has passed, the oldest first; `after` is the last one of the page before. */
export async function pageOfDueRedemptions(
  tx: pg.ClientBase,
  programId: number,
  { now, after, limit }: { now: Date; after: DueRedemption | undefined; limit: number },
): Promise<DueRedemption[]> {
  const { rows } = await tx.query<DueRedemption>({
    name: after === undefined ? "due_redemptions" : "due_redemptions_after",
    text: `select d.member_key, m.id as member_id, d.redemption_id, d.expires_at
             from redemptions d join members m on m.program_id = d.program_id and m.member_key = d.member_key
            where d.program_id = $1 and d.status = 'issued' and d.expires_at <= $2
              ${after === undefined ? "" : "and (d.expires_at, d.member_key, d.redemption_id) > ($4, $5, $6)"}
            order by d.expires_at, d.member_key, d.redemption_id limit $3`,
    values: [programId, now, limit, ...(after === undefined ? [] : [after.expires_at, after.member_key, after.redemption_id])],
  });
  return rows;
}
