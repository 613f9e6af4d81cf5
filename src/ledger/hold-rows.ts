import type { HoldState, LotUse } from "./state.ts";

/** A row of `holds`. */
export type StoredHold = {
  member_key: number;
  hold_id: string;
  wallet: number;
  points: number;
  captured: number;
  status: HoldState["status"];
  reason: string | null;
  created_at: Date;
  expires_at: Date;
  resolved_at: Date | null;
  uses: LotUse[];
};

/** The columns of `StoredHold`, of the table `h`. */
export const HOLD_COLUMNS =
  "h.member_key, h.hold_id, h.wallet, h.points, h.captured, h.status, h.reason, h.created_at, h.expires_at, h.resolved_at, h.uses";

export const toHold = (row: StoredHold): HoldState => ({
  id: row.hold_id,
  wallet: row.wallet,
  points: row.points,
  captured: row.captured,
  status: row.status,
  reason: row.reason,
  createdAt: row.created_at.getTime(),
  expiresAt: row.expires_at.getTime(),
  resolvedAt: row.resolved_at?.getTime() ?? null,
  uses: row.uses,
});
