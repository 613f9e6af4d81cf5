import { emptyWallet, type Instant, type LotState, NEVER, type WalletState } from "../../src/ledger/state.ts";
import { MemberDraft } from "../../src/members/member-draft.ts";
import { unknownMember } from "../../src/members/member-state.ts";

export const at = (text: string): Instant => Date.parse(text);

/** A lot of the first wallet: available, never expiring, from one order, unless said otherwise. */
export function lotOf(seq: number, points: number, change: Partial<LotState> = {}): LotState {
  return {
    seq,
    wallet: 1,
    granted: points,
    remaining: points,
    held: 0,
    clawedBack: 0,
    expired: 0,
    isPending: false,
    occurredAt: at("2026-01-01T00:00:00Z"),
    availableAt: at("2026-01-01T00:00:00Z"),
    expiresAt: NEVER,
    source: { kind: "order", id: `order-${seq}` },
    rule: null,
    ...change,
  };
}

/** A member with these lots, whose balance is what the lots say; `wallet` is laid over it. */
export function draftOf(lots: readonly LotState[], wallet: Partial<WalletState> = {}): MemberDraft {
  const sum = (amountOf: (lot: LotState) => number) => lots.reduce((total, lot) => total + amountOf(lot), 0);
  const balance = {
    ...emptyWallet(),
    available: sum((lot) => (lot.isPending ? 0 : lot.remaining - lot.held)),
    held: sum((lot) => lot.held),
    pending: sum((lot) => (lot.isPending ? lot.remaining : 0)),
    accruedTotal: sum((lot) => lot.granted),
    clawedBackTotal: sum((lot) => lot.clawedBack),
    expiredTotal: sum((lot) => lot.expired),
  };
  const changes = lots.flatMap((lot) => (lot.remaining > lot.held ? [lot.isPending ? lot.availableAt : NEVER, lot.expiresAt] : []));
  return new MemberDraft({
    ...unknownMember(1, "M1"),
    status: "active",
    enrolledAt: at("2026-01-01T00:00:00Z"),
    tier: "base",
    tierSince: at("2026-01-01T00:00:00Z"),
    entrySeq: Math.max(0, ...lots.map(({ seq }) => seq)),
    version: 3,
    nextChangeAt: Math.min(NEVER, ...changes),
    wallets: new Map([[1, { ...balance, ...wallet }]]),
    lots: new Map(lots.map((lot) => [lot.seq, lot])),
  });
}

/** The movements of a draft, each as `kind from→to points`. */
export const movements = (draft: MemberDraft): string[] =>
  draft.rows.entries.map(({ kind, from, to, points }) => `${kind} ${from}→${to} ${points}`);
