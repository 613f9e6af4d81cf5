import type { BalanceSummary } from "../ledger/balance.ts";

/** Gives points of one member to another. `transferId` is the caller's. */
export type TransferPoints = {
  kind: "transfer_points";
  /** Who gives. */
  memberId: string;
  to: string;
  transferId: string;
  hash: string;
  /** Absent: the first wallet that takes transfers. */
  wallet?: string | undefined;
  points: number;
  note?: string | undefined;
};

/** Says of the receiver no more than what has arrived: it is read by whoever gives. */
export type TransferView = {
  id: string;
  from: string;
  to: string;
  wallet: string;
  points: number;
  fee: number;
  arrived: number;
  note: string | null;
  transferredAt: string;
  balance: BalanceSummary;
};
