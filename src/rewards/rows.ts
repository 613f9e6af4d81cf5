import type { RedemptionState } from "./redemption.ts";

/** A row of `redemptions` as it is read. */
export type RedemptionRow = {
  member_key: number;
  redemption_id: string;
  reward: string;
  quantity: number;
  channel: RedemptionState["channel"];
  status: RedemptionState["status"];
  rule_set: number;
  gives: RedemptionState["gives"];
  given: RedemptionState["given"];
  paid: RedemptionState["paid"];
  uses: RedemptionState["uses"];
  code_hash: string | null;
  redeemed_at: Date;
  expires_at: Date | null;
  fulfilled_at: Date | null;
  ended_at: Date | null;
  store: string | null;
  reason: string | null;
};

/** The columns of `RedemptionRow`, of the table `d`. */
export const REDEMPTION_COLUMNS = `d.member_key, d.redemption_id, d.reward, d.quantity, d.channel, d.status, d.rule_set, d.gives, d.given,
       d.paid, d.uses, d.code_hash, d.redeemed_at, d.expires_at, d.fulfilled_at, d.ended_at, d.store, d.reason`;

export const toRedemption = (row: RedemptionRow): RedemptionState => ({
  id: row.redemption_id,
  reward: row.reward,
  quantity: row.quantity,
  channel: row.channel,
  status: row.status,
  ruleSet: row.rule_set,
  gives: row.gives,
  given: row.given,
  paid: row.paid,
  uses: row.uses,
  codeHash: row.code_hash,
  redeemedAt: row.redeemed_at.getTime(),
  expiresAt: row.expires_at?.getTime() ?? null,
  fulfilledAt: row.fulfilled_at?.getTime() ?? null,
  endedAt: row.ended_at?.getTime() ?? null,
  store: row.store,
  reason: row.reason,
});
