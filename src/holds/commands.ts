import type { BalanceSummary } from "../ledger/balance.ts";
import type { HoldState } from "../ledger/state.ts";

/** Reserves `points`, or with `upTo` as many of so many as are available. `holdId` is the caller's; whole points; `expiresAt` is RFC 3339. */
export type OpenHold = {
  kind: "open_hold";
  memberId: string;
  holdId: string;
  hash: string;
  wallet?: string | undefined;
  points?: number | undefined;
  upTo?: number | undefined;
  expiresAt?: string | undefined;
  reason?: string | undefined;
};

/** Captures `points` of a hold (all without them) and frees the rest, or releases all of it. */
export type ResolveHold = {
  kind: "resolve_hold";
  memberId: string;
  holdId: string;
  hash: string;
  action: "capture" | "release";
  points?: number | undefined;
};

/** A hold as a read answers it. */
export type StoredHoldView = {
  id: string;
  memberId: string;
  wallet: string;
  points: number;
  status: HoldState["status"];
  captured: number;
  /** What is free again. */
  released: number;
  reason: string | null;
  createdAt: string;
  expiresAt: string;
  resolvedAt: string | null;
};

/** A hold as a write answers it. */
export type HoldView = StoredHoldView & { balance: BalanceSummary };
