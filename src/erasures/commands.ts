import type { BalanceSummary } from "../ledger/balance.ts";

/** Takes everything personal of a member out; the books stay. Of a merged member it takes all that they were. */
export type EraseMember = {
  kind: "erase_member";
  memberId: string;
  /** What becomes of the points that are left. */
  points: "forfeit" | "keep";
};

/** JSON-ready. */
export type ErasureView = {
  memberId: string;
  erasedAt: string;
  /** Whole points that went to breakage, by wallet. */
  forfeited: Record<string, number>;
  balance: BalanceSummary;
};
