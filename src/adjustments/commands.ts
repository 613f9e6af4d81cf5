import type { BalanceSummary } from "../ledger/balance.ts";

/** Corrects a balance by hand. `adjustmentId` is the caller's, `keyId` that of the key the request came with. */
export type AdjustPoints = {
  kind: "adjust_points";
  memberId: string;
  adjustmentId: string;
  hash: string;
  /** Absent: the program's first. */
  wallet?: string | undefined;
  /** Above 0 gives, below 0 takes. */
  points: number;
  /** What becomes of points that are to be taken and are not there. */
  shortfall: "refuse" | "debt";
  reason: string;
  actor?: string | undefined;
  keyId: string;
  /** RFC 3339; absent: as the wallet's points expire. */
  expiresAt?: string | undefined;
};

export type AdjustmentView = {
  id: string;
  memberId: string;
  wallet: string;
  points: number;
  /** Of what was taken, what the member now owes. */
  debt: number;
  reason: string;
  actor: string;
  keyId: string;
  occurredAt: string;
  expiresAt: string | null;
  balance: BalanceSummary;
};
