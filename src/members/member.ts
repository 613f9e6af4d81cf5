import type { BalanceSummary } from "../ledger/balance.ts";
import type { Attributes } from "../rules/decision.ts";

export type MemberStatus = "pending" | "active" | "suspended" | "closed" | "erased";

/** Personal data: lives in `profiles`, apart from the ledger. */
export type Profile = {
  displayName?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
  /** Calendar date, `YYYY-MM-DD`. */
  birthDate?: string | undefined;
  attributes?: Attributes | undefined;
};

/** A member as the API answers it. */
export type MemberView = {
  id: string;
  status: MemberStatus;
  tier: string;
  tierSince: string;
  enrolledAt: string;
  displayName: string | null;
  email: string | null;
  phone: string | null;
  birthDate: string | null;
  attributes: Attributes;
} & BalanceSummary;
