import type { BalanceSummary } from "../ledger/balance.ts";

/** Undoes one movement of the ledger by hand. `keyId` is that of the key the request came with. */
export type ReverseEntry = {
  kind: "reverse_entry";
  memberId: string;
  /** The id that the caller named, where it stands for the member after a merge. */
  alias?: string | undefined;
  /** Of the entry. */
  seq: number;
  hash: string;
  /** What becomes of points that are to be taken back and are not there. */
  shortfall: "refuse" | "debt";
  reason: string;
  actor?: string | undefined;
  keyId: string;
};

export type ReversalView = {
  memberId: string;
  seq: number;
  wallet: string;
  /** Above 0 came back to the member, below 0 was taken back. */
  points: number;
  /** Of what came back, what is gone again since its date had passed. */
  expired: number;
  /** How much more the member now owes; below 0 is less. */
  debt: number;
  reason: string;
  actor: string;
  keyId: string;
  occurredAt: string;
  balance: BalanceSummary;
};
