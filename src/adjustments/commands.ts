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
  /** What the key may give on one local day; absent: any. */
  keyPointsPerDay?: number | null | undefined;
  /** RFC 3339; absent: as the wallet's points expire. */
  expiresAt?: string | undefined;
};

/** Decides on an adjustment that was only proposed. What was proposed never changes, so the command brings it along. */
export type DecideAdjustment = {
  kind: "decide_adjustment";
  memberId: string;
  proposal: AdjustmentProposalView;
  hash: string;
  action: "approve" | "decline";
  note?: string | undefined;
  keyId: string;
};

export const PROPOSAL_STATUSES = ["pending_approval", "approved", "declined", "expired"] as const;
export type ProposalStatus = (typeof PROPOSAL_STATUSES)[number];

/** An adjustment that somebody else has to approve, and what became of it. */
export type AdjustmentProposalView = {
  id: string;
  memberId: string;
  wallet: string;
  points: number;
  shortfall: AdjustPoints["shortfall"];
  reason: string;
  actor: string;
  keyId: string;
  /** As it was asked for; null: as the wallet's points expire, from the approval on. */
  expiresAt: string | null;
  status: ProposalStatus;
  proposedAt: string;
  /** From then on it can be approved no more. */
  endsAt: string;
  decidedBy: string | null;
  decidedAt: string | null;
  note: string | null;
  /** What the approval has done. */
  adjustment: AdjustmentView | null;
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
  /** Of a limited key that gave: what it may still give on that day. What has it was counted. */
  keyPointsLeft?: number | undefined;
  balance: BalanceSummary;
};
