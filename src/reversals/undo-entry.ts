import { LoyaltyError } from "../core/errors.ts";
import { localDay } from "../core/period.ts";
import type { Source } from "../ledger/accounts.ts";
import { clawBack } from "../ledger/claw-back.ts";
import { giveBack } from "../ledger/give-back.ts";
import { availableLots, freeOf, takeFromLots, usesInBurnOrder } from "../ledger/lots.ts";
import { post } from "../ledger/post.ts";
import { requireAvailable } from "../ledger/spendable.ts";
import type { BookedEntry } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext, NumberedWallet } from "../programs/decide-context.ts";
import { recordActivity } from "../tiers/windows.ts";
import type { ReverseEntry } from "./commands.ts";

/** `points` above 0 came back to the member, below 0 were taken back. */
export type Undone = { points: number; expired: number; debt: number };

export type Undoing = { entry: BookedEntry; wallet: NumberedWallet; source: Source; shortfall: ReverseEntry["shortfall"] };

/**
 * Undoes a movement that may be undone by hand. What was spent or taken comes back to the very lots it came from; what was given is
 * taken back from its own lot first, at most as much of it as has not expired.
 * Errors: insufficient_points when what is to be taken is not there and may not be owed; entry_not_reversible for a debt that is paid.
 */
export function undoEntry(draft: MemberDraft, undoing: Undoing, context: DecideContext): Undone {
  const { kind, to } = undoing.entry;
  if (kind === "accrual" || kind === "opening") return takeAccrual(draft, undoing, context);
  if (to === "available") return takeGift(draft, undoing, context);
  return undoing.entry.from === "debt" ? forgiveDebt(draft, undoing, context) : comeBack(draft, undoing, context);
}

function comeBack(draft: MemberDraft, { entry, wallet, source }: Undoing, context: DecideContext): Undone {
  const { points, to } = entry;
  const uses = usesInBurnOrder(draft, entry.uses);
  const from = to === "adjusted" ? "adjusted" : "redeemed";
  const { expired } = giveBack(draft, { wallet, uses, alreadyBack: 0, points, from, occurredAt: context.now, source }, context);
  return { points, expired, debt: 0 };
}

/** What was taken by owing is owed no more. What later accruals have paid of it stays paid. */
function forgiveDebt(draft: MemberDraft, { entry, wallet: { number: wallet }, source }: Undoing, { program, now }: DecideContext): Undone {
  const { points, kind } = entry;
  const { debt } = draft.wallet(wallet);
  if (debt < points) throw new LoyaltyError("entry_not_reversible", { kind, source: entry.source.kind, use: "adjustPoints", debt });
  post(draft, { wallet, kind: "adjustment", from: "adjusted", to: "debt", points, occurredAt: now, source, ruleSet: program.version });
  return { points, expired: 0, debt: -points };
}

/** Of what the lot of an entry gave, what has not expired and was not taken back. */
function leftToTake(draft: MemberDraft, { seq, points }: BookedEntry): number {
  const lot = draft.lots.get(seq);
  return lot === undefined ? points : Math.max(0, lot.granted - lot.expired - lot.clawedBack);
}

/** Errors: insufficient_points, where what is not there may not be owed. */
function requireThere(draft: MemberDraft, { entry, wallet, shortfall }: Undoing, points: number): void {
  if (shortfall === "debt") return;
  const own = draft.lots.get(entry.seq);
  const pending = own?.isPending === true ? Math.min(points, freeOf(own)) : 0;
  requireAvailable(draft, wallet, points - pending);
}

function takeAccrual(draft: MemberDraft, undoing: Undoing, { program, now }: DecideContext): Undone {
  const { entry, wallet, source, shortfall } = undoing;
  const points = leftToTake(draft, entry);
  requireThere(draft, undoing, points);
  const taken = clawBack(draft, {
    wallet: wallet.number,
    points,
    ownLots: [entry.seq],
    policy: shortfall === "debt" ? "debt" : "within_balance",
    occurredAt: now,
    source,
    ruleSet: program.version,
  });
  // The points of an opening count for tiers by its totals, not by its lots.
  if (entry.kind === "accrual") {
    const day = localDay(new Date(entry.occurredAt), program.definition.timeZone);
    recordActivity(draft, program.windows, day, `points:${wallet.definition.id}`, -taken.points);
  }
  return { points: -taken.points, expired: 0, debt: taken.debt };
}

function takeGift(draft: MemberDraft, undoing: Undoing, { program, now }: DecideContext): Undone {
  const { entry, wallet, source } = undoing;
  const points = leftToTake(draft, entry);
  requireThere(draft, undoing, points);
  const own = draft.lots.get(entry.seq);
  const others = availableLots(draft, wallet.number).filter(({ seq }) => seq !== entry.seq);
  const { taken, uses } = takeFromLots(draft, [...(own === undefined ? [] : [own]), ...others], points);
  const movement = { wallet: wallet.number, kind: "adjustment", occurredAt: now, source, ruleSet: program.version } as const;
  if (taken > 0) post(draft, { ...movement, from: "available", to: "adjusted", points: taken, uses });
  const debt = points - taken;
  if (debt > 0) post(draft, { ...movement, from: "debt", to: "adjusted", points: debt });
  return { points: -points, expired: 0, debt };
}
