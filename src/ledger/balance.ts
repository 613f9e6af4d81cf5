/** What a member has in one wallet, in whole points. `accruedTotal` is accruals less clawbacks. */
export type WalletSummary = { available: number; pending: number; held: number; debt: number; accruedTotal: number; redeemedTotal: number };

/** Points of one instant, summed. */
export type ExpiringPoints = { at: string; points: number };

/** With the dates at which points expire, soonest first. */
export type WalletBalance = WalletSummary & { expiring: ExpiringPoints[] };

/** The balance as a write answers it: what the command left, with the member's version. */
export type BalanceSummary = { wallets: Record<string, WalletSummary>; version: number };

/** The balance as a read answers it. Instants are RFC 3339 in UTC. */
export type Balance = { memberId: string; tier: string; wallets: Record<string, WalletBalance>; version: number; asOf: string };

/** How many expiry dates a balance lists in each wallet. */
export const EXPIRING_DATES_MAX = 24;
