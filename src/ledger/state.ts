import { isoText } from "../core/iso-text.ts";
import type { Account, EntryKind, Source } from "./accounts.ts";

/** An instant as milliseconds since 1970; `NEVER` is after all others. */
export type Instant = number;
export const NEVER: Instant = Number.POSITIVE_INFINITY;

/** RFC 3339; null is never. */
export const isoOrNull = (instant: Instant): string | null => (instant === NEVER ? null : isoText(instant));

/** What a member has in one wallet: a row of `accounts`. Whole points. */
export type WalletState = {
  available: number;
  pending: number;
  held: number;
  debt: number;
  accruedTotal: number;
  clawedBackTotal: number;
  redeemedTotal: number;
  expiredTotal: number;
};

export const emptyWallet = (): WalletState => ({
  available: 0,
  pending: 0,
  held: 0,
  debt: 0,
  accruedTotal: 0,
  clawedBackTotal: 0,
  redeemedTotal: 0,
  expiredTotal: 0,
});

/** The points of one accrual: a row of `lots`. granted − remaining is what its uses took, less what was given back. */
export type LotState = {
  /** Of the entry that created it. */
  seq: number;
  wallet: number;
  granted: number;
  /** What is left of it: free or held. */
  remaining: number;
  /** Of what remains, what open holds reserve. */
  held: number;
  /** Of what was granted, what returns took back, from this lot or, where it was spent, from elsewhere. */
  clawedBack: number;
  expired: number;
  isPending: boolean;
  occurredAt: Instant;
  availableAt: Instant;
  expiresAt: Instant;
  source: Source;
  /** The rule whose points these are, where it gave them terms of their own; null for all others. */
  rule: string | null;
};

export type LotUse = { lot: number; points: number };

/** Points that are reserved until they are captured or released, or time runs out: a row of `holds`. */
export type HoldState = {
  /** The caller's. */
  id: string;
  wallet: number;
  points: number;
  /** Of them, what was spent when the hold was resolved; the rest was freed. */
  captured: number;
  status: "open" | "captured" | "released" | "expired";
  reason: string | null;
  createdAt: Instant;
  /** From this instant on the points are free again. */
  expiresAt: Instant;
  resolvedAt: Instant | null;
  /** What is reserved of each lot, in burn order. */
  uses: LotUse[];
};

/** A movement that stands in the ledger, as a command needs it; its uses in no particular order. */
export type BookedEntry = Pick<EntryRow, "seq" | "wallet" | "kind" | "from" | "to" | "points" | "occurredAt" | "source" | "uses">;

/** A movement that was decided: a row of `entries` and its uses of lots. */
export type EntryRow = {
  seq: number;
  wallet: number;
  kind: EntryKind;
  from: Account;
  to: Account;
  points: number;
  availableAfter: number;
  occurredAt: Instant;
  ruleSet: number;
  source: Source;
  uses: LotUse[];
};
