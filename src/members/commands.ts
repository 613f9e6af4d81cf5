import type { BalanceSummary } from "../ledger/balance.ts";
import type { MemberStatus, Profile } from "./member.ts";

/** `hash` is that of the canonical body (core/canonical): the same id with another hash is `id_reused`. Times are RFC 3339. */
export type EnrolMember = { kind: "enrol_member"; memberId: string; hash: string; enrolledAt?: string | undefined; profile: Profile };

/** In `profile`, an absent field stays as it is and null clears it. */
export type UpdateMember = {
  kind: "update_member";
  memberId: string;
  status?: Extract<MemberStatus, "active" | "suspended" | "closed"> | undefined;
  profile: { [K in keyof Profile]: Profile[K] | null };
};

export type OpeningLot = {
  wallet: string;
  points: number;
  earnedAt?: string | undefined;
  availableAt?: string | undefined;
  expiresAt?: string | undefined;
};

/** Brings a member over from a former system: lots with their expiry, a tier with its date, totals. */
export type OpenBalance = {
  kind: "open_balance";
  memberId: string;
  openingId: string;
  hash: string;
  occurredAt: string;
  lots: OpeningLot[];
  tier?: { id: string; since: string } | undefined;
  totals?: { spend?: number | undefined; orders?: number | undefined; points?: Record<string, number> | undefined } | undefined;
};

export type OpeningView = { id: string; memberId: string; tier: string; balance: BalanceSummary };
